package io.dsxconnect.bench;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.redis.embedded.EmbeddedRedis;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.Header;

/**
 * A whole installation for one corpus: Redis, API and stages, the filesystem connector and the
 * stand-in, each started as an operator would start it.
 */
final class Pipeline implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 20;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, ProcessHandle> floorProcesses = new LinkedHashMap<>();
  private final Map<String, ProcessHandle> coreProcesses = new LinkedHashMap<>();
  private final CloseableHttpClient client;
  private final Jobs jobs;
  private final Target api;
  private final Child standin;
  private final Child connector;
  private final String uuid;

  /**
   * @param durable whether Redis writes every change to disk before it answers
   * @param temp folder for the data of the connector and of a durable Redis
   */
  Pipeline(Build build, Corpus corpus, Layout layout, int concurrency, boolean durable, Path temp) {
    boolean started = false;
    try {
      client = HttpClients.client(Duration.ofSeconds(3), Duration.ofSeconds(30), 2);
      parts.push(client);
      EmbeddedRedis redis =
          durable ? EmbeddedRedis.durable(temp.resolve("redis")) : EmbeddedRedis.ephemeral();
      parts.push(redis);
      coreProcesses.put("redis", ProcessHandle.of(redis.pid()).orElseThrow());
      Redis connection = Redis.connect(new RedisSettings(redis.url(), true, "dev"));
      parts.push(connection);
      jobs = new Jobs(connection);

      standin =
          started(
              "scanner",
              floorProcesses,
              Child.start(build.classPath(), Map.of(), "scanner-standin", "--port", "0"));
      SequencedMap<String, Child> stages =
          layout.start(
              build.classPath(),
              Map.of(
                  "DSXCONNECT_REDIS_URL", redis.url(),
                  "DSXCONNECT_SCANNER__BASE_URL", standin.url(),
                  "DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", Integer.toString(concurrency)));
      stages.forEach((role, child) -> started(role, coreProcesses, child));
      String core = stages.firstEntry().getValue().url();
      api = Target.parse(core).orElseThrow().child(Routes.API);
      connector =
          started(
              "connector",
              floorProcesses,
              Child.start(
                  build.classPath(),
                  Map.of(
                      "DSXCONNECTOR_ASSET", corpus.folder().toString(),
                      "DSXCONNECTOR_DATA_DIR", temp.resolve("connector").toString(),
                      "DSXCONNECTOR_DSX_CONNECT_URL", core),
                  "connector",
                  "filesystem",
                  "--host",
                  "127.0.0.1",
                  "--port",
                  "0"));
      uuid = await("the connector's registration", this::registered);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private Child started(String role, Map<String, ProcessHandle> group, Child child) {
    parts.push(child);
    group.put(role, child.handle());
    return child;
  }

  /** The bare loop on the connector and scanner of this installation. */
  Floor floor(int concurrency) {
    return new Floor(connector.url(), standin.url(), concurrency, floorProcesses);
  }

  /** Runs one full scan, from its request to the end of the job. */
  Pass run(Corpus corpus) {
    Map<String, ProcessHandle> all = new LinkedHashMap<>(floorProcesses);
    all.putAll(coreProcesses);
    Cpu cpu = new Cpu(all);
    long start = System.nanoTime();
    String id = fullScan();
    Job job = await("the end of job " + id, () -> jobs.find(id).filter(Job::finished));
    long finished = System.nanoTime();
    await("the last event", () -> Optional.of(true).filter(b -> jobs.backlog(Stage.NOTIFY) == 0));
    Duration lag = Duration.ofNanos(System.nanoTime() - finished);
    Ledger ledger = job.ledger();
    if (!ledger.balanced() || ledger.accepted() != corpus.load().files()) {
      throw new IllegalStateException("the ledger is wrong: " + ledger);
    }
    return new Pass(ledger.benign(), Duration.ofNanos(finished - start), lag, cpu.used());
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(int status, byte[] body, String job) {}

  private Answer call(String method, String path) {
    Target target = api.child(path);
    try {
      return client.execute(
          target.httpHost(),
          target.request(method, "").build(),
          response -> {
            Header job = response.getFirstHeader("X-Job-Id");
            return new Answer(
                response.getCode(),
                Bodies.read(response.getEntity().getContent(), 1 << 20),
                job == null ? "" : job.getValue());
          });
    } catch (IOException e) {
      throw new StartFailure("the API does not answer: " + e.getMessage(), e);
    }
  }

  private Optional<String> registered() {
    try {
      String found =
          Json.parse(call("GET", Routes.CONNECTORS + "/list").body()).findPath("uuid").asText("");
      return Optional.of(found).filter(text -> !text.isEmpty());
    } catch (InvalidInput e) {
      throw new StartFailure("the list of connectors is not JSON", e);
    }
  }

  private String fullScan() {
    Answer answer = call("POST", Routes.CONNECTORS + Routes.FULL_SCAN + "/" + uuid);
    if (answer.status() != 202) {
      throw new StartFailure("the API refused the full scan with HTTP " + answer.status());
    }
    return answer.job();
  }

  private static <T> T await(String condition, Supplier<Optional<T>> probe) {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < until) {
      Optional<T> found = probe.get();
      if (found.isPresent()) {
        return found.get();
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new IllegalStateException("timed out waiting for " + condition);
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("bench: closing a part failed: " + e.getMessage());
      }
    }
  }
}
