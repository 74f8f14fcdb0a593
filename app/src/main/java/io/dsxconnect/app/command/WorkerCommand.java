package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthFile;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.Platform;
import io.dsxconnect.app.wiring.WorkerConcurrency;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.settings.StartFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dsx worker}: workers of one or more stages. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Processes the tasks of one or more of the four queues.",
    footer = {"", "Example: dsx worker -Q scan_request_queue -c 16"})
public final class WorkerCommand implements Callable<Integer> {
  @Mixin LogOption log = new LogOption();

  @Option(
      names = {"-Q", "--queues"},
      paramLabel = "QUEUE",
      split = ",",
      required = true,
      description =
          "Queues, separated by commas: scan_request_queue, verdict_action_queue,"
              + " scan_result_queue, scan_result_notification_queue")
  List<String> queues = List.of();

  @Option(
      names = {"-c", "--concurrency"},
      paramLabel = "N",
      description = "Run a fixed number of tasks at once per queue")
  @Nullable Integer concurrency;

  @Option(
      names = "--autoscale",
      paramLabel = "MAX,MIN",
      description =
          "Adapt the number of tasks at once per queue between MIN and MAX; default: the setting"
              + " DSXCONNECT_..._WORKER_CONCURRENCY, else adaptive")
  @Nullable String autoscale;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:DSX_HEALTH_PORT}",
      description =
          "Serve healthz, readyz and metrics on this port, 0 for any free one; default:"
              + " DSX_HEALTH_PORT, else off")
  @Nullable Integer port;

  @Mixin HostOption listen = new HostOption(ListenOptions.THIS_MACHINE);

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public WorkerCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    List<Stage> stages = new ArrayList<>();
    for (String queue : queues) {
      stages.add(stage(queue));
    }
    CoreSettings settings = CoreSettings.from(environment);
    if (stages.contains(Stage.SCAN) && !settings.hasScanner()) {
      throw new StartFailure(CoreSettings.NO_SCANNER + ", for example http://127.0.0.1:5000");
    }
    List<Concurrency> limits =
        stages.stream().map(stage -> limit(stage, settings.workers().concurrency())).toList();
    try (Lifetime life = new Lifetime(HealthFile.of(environment))) {
      Redis redis = life.add(Redis.connectWhenItAnswers(settings.redis()));
      Platform platform = life.add(new Platform(settings, redis));
      String served =
          port == null ? String.join(",", queues) : platform.startHealth(listen.host, port).url();
      for (int i = 0; i < stages.size(); i++) {
        platform.startWorker(stages.get(i), limits.get(i));
      }
      return life.serve(redis, "worker", served, port == null ? "" : served + Routes.HEALTHZ);
    }
  }

  private static Stage stage(String queue) {
    for (Stage stage : Stage.values()) {
      if (stage.queue().equals(queue.strip())) {
        return stage;
      }
    }
    throw new StartFailure(
        "no queue is named '"
            + queue
            + "'; the queues are "
            + Arrays.stream(Stage.values()).map(Stage::queue).collect(Collectors.joining(", ")));
  }

  private Concurrency limit(Stage stage, WorkerConcurrency settings) {
    if (concurrency != null) {
      if (concurrency < 1 || concurrency > WorkerConcurrency.MAX) {
        throw new StartFailure("--concurrency must be from 1 to " + WorkerConcurrency.MAX);
      }
      return Concurrency.fixed(concurrency);
    }
    if (autoscale == null) {
      return settings.limit(stage);
    }
    String[] bounds = autoscale.split(",", -1);
    try {
      int max = Integer.parseInt(bounds[0].strip());
      int min = bounds.length == 2 ? Integer.parseInt(bounds[1].strip()) : -1;
      if (min >= 1 && min <= max && max <= WorkerConcurrency.MAX) {
        return Concurrency.adaptive(min, max);
      }
    } catch (NumberFormatException e) {
      // Reported below, with the expected form.
    }
    throw new StartFailure("--autoscale must be MAX,MIN, for example 64,2");
  }
}
