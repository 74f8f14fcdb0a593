package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.QueueModel.Books;
import io.dsxconnect.core.queue.QueueModel.Dead;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.core.record.ActionState;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/**
 * Runs one history on a real Redis and in the model. {@link ModelInvariants} compares both after
 * each step and after the last one, when all work has been drained. Confined to one thread.
 */
final class ModelRun {
  private static final String[] JOBS = {"full-1", "full-2", "single-1", "single-2"};

  /** What was accepted under an idempotency key. */
  private record KeyedBatch(String job, List<ScanRequest> files, List<String> tasks) {}

  private final QueueFixture product;
  private final QueueModel model = new QueueModel();
  private final ModelWorkers workers;
  private final ModelInvariants invariants;
  private final Map<String, KeyedBatch> keyedBatches = new HashMap<>();
  private final DeadLetters letters;
  private final CancelledFiles cancelled;
  private final Results results;
  private final ActionRetry retry;
  private int files;
  private int retries;
  private boolean full;
  private boolean everFull;

  ModelRun(QueueFixture product) {
    this.product = product;
    this.workers = new ModelWorkers(product, model);
    this.invariants = new ModelInvariants(product, model);
    this.letters = new DeadLetters(product.redis());
    this.results = new Results(product.redis());
    this.retry = new ActionRetry(product.redis(), uuid -> true, () -> "retry-" + ++retries);
    this.cancelled =
        new CancelledFiles(product.redis(), new Origins(product.redis()), product.clock, -1);
  }

  void run(List<ModelStep> history) {
    for (String job : JOBS) {
      boolean announced = job.startsWith("full");
      model.jobs.put(job, new Books(announced));
      if (announced) {
        product.jobs.announce(job, connector(job), job, false);
      }
    }
    product.clock.advance(QueueFixture.LEASE);
    try {
      for (ModelStep step : history) {
        run(step);
        invariants.checkAfterStep();
      }
      awaitRoom();
      finishEverything();
      invariants.checkAtEnd();
    } finally {
      makeRoom();
      workers.close();
    }
  }

  private static String connector(String job) {
    return job.endsWith("1") ? "c1" : "c2";
  }

  static ScanRequest file(String connector, String location) {
    return QueueFixture.file(connector, location)
        .withConnector(null, "http://127.0.0.1:1/" + connector);
  }

  private void run(ModelStep step) {
    String job = JOBS[step.a() % JOBS.length];
    switch (step.kind()) {
      case ACCEPT -> accept(job, 1 + step.b() % 6, step.c() % 3 == 0);
      case ACCEPT_AGAIN -> acceptAgain(step.a());
      case TAKE -> workers.take(step);
      case FINISH -> workers.finish(step);
      case FINISH_LATE -> workers.finishLate(step);
      case FINISH_TWICE -> workers.finishTwice(step);
      case RENEW -> workers.renew(step);
      case EXPIRE -> workers.expireLease(step);
      case SWEEP -> workers.sweep(step);
      case TIME_PASSES -> product.clock.advance(retryDelayOr(step, Duration.ofMinutes(5)));
      case CLOCK_STEPS ->
          product.clock.stepOfRedis(retryDelayOr(step, ModelEnd.RETRY_DELAY.negated()));
      case WORKER_DIES -> workers.kill(step);
      case PAUSE -> steer(job, Jobs.Verb.PAUSE);
      case RESUME -> steer(job, Jobs.Verb.RESUME);
      case CANCEL -> steer(job, Jobs.Verb.CANCEL);
      case LISTED -> endListing(job);
      case REPLAY -> replay(DeadLetters.STAGES.get(step.a() % 3), 1 + step.b() % 3);
      case DISCARD -> discard(DeadLetters.STAGES.get(step.a() % 3));
      case RETRY_ACTION -> retryAction(step.a());
      case RECORD_CANCELLED -> recordCancelled();
      case REDIS_FULL -> fillRedis();
      case REDIS_EMPTIER -> makeRoom();
      case RECONNECT -> restartRedis();
    }
  }

  private static Duration retryDelayOr(ModelStep step, Duration other) {
    return step.a() % 2 == 0 ? ModelEnd.RETRY_DELAY : other;
  }

  private void accept(String job, int count, boolean keyed) {
    List<ScanRequest> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.add(file(connector(job), "/data/" + ++files));
    }
    String key = keyed ? "key-" + files : null;
    Books books = model.books(job);
    Intake.Answer answer;
    try {
      answer = product.intake.accept(job, batch, null, key);
    } catch (RedisUnavailableException e) {
      requireLackOfMemory(e);
      return;
    }
    switch (answer) {
      case Intake.Answer.Accepted accepted -> {
        assertThat(full).as("a full Redis accepted files").isFalse();
        assertThat(books.paused || books.cancelled)
            .as("paused or cancelled %s accepted files", job)
            .isFalse();
        assertThat(accepted.repeated()).isFalse();
        assertThat(accepted.tasks()).hasSize(count);
        model.accepted(job, accepted.tasks());
        if (key != null) {
          keyedBatches.put(key, new KeyedBatch(job, batch, accepted.tasks()));
        }
      }
      case Intake.Answer.KeyReused _ -> throw new AssertionError("each key is used once");
      case Intake.Answer.Paused _ -> {
        assertThat(books.paused).as("%s is paused", job).isTrue();
        books.skipped |= key == null;
      }
      case Intake.Answer.Cancelled _ ->
          assertThat(books.cancelled).as("%s is cancelled", job).isTrue();
    }
  }

  private void acceptAgain(int at) {
    String key = ModelWorkers.pick(keyedBatches.keySet().stream().sorted().toList(), at);
    if (key == null) {
      return;
    }
    KeyedBatch before = Objects.requireNonNull(keyedBatches.get(key));
    try {
      assertThat(product.intake.accept(before.job(), before.files(), null, key))
          .isEqualTo(new Intake.Answer.Accepted(before.tasks(), true));
    } catch (RedisUnavailableException e) {
      requireLackOfMemory(e);
    }
  }

  private void steer(String job, Jobs.Verb verb) {
    Books books = model.books(job);
    Jobs.Steered steered = product.jobs.steer(job, verb);
    if (steered != Jobs.Steered.OK) {
      boolean over = books.cancelled || books.pending == 0;
      assertThat(over).as("%s %s: %s", verb, job, steered).isTrue();
      return;
    }
    switch (verb) {
      case PAUSE -> books.paused = true;
      case RESUME -> books.paused = false;
      case CANCEL -> model.cancel(job);
    }
  }

  private void endListing(String job) {
    if (model.books(job).announced) {
      product.jobs.enqueueDone(job, new Jobs.Listed(0, 0, 0));
    }
  }

  private void replay(Stage stage, int maxLetters) {
    List<Dead> dead = model.dead(stage);
    List<Dead> first = dead.stream().filter(model::isReplayable).limit(maxLetters).toList();
    try {
      DeadLetters.Requeued requeued = letters.requeue(stage, maxLetters);
      assertThat(requeued.requeued()).isEqualTo(first.size());
      assertThat(requeued.failed()).isZero();
      assertThat(requeued.kept().jobGone()).isZero();
    } catch (RedisUnavailableException e) {
      requireLackOfMemory(e);
      first = first.subList(0, dead.size() - (int) letters.count(stage));
    }
    first.forEach(dead::remove);
    first.forEach(model::replay);
  }

  private void discard(Stage stage) {
    assertThat(letters.clear(stage)).isEqualTo(model.dead(stage).size());
    model.dead(stage).clear();
  }

  /** An operator tries the item action of any file again; refused unless it failed. */
  private void retryAction(int at) {
    List<String> malicious =
        model.outcomes.entrySet().stream()
            .filter(outcome -> outcome.getValue() == Outcome.MALICIOUS)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    String task = ModelWorkers.pick(malicious, at);
    if (task == null) {
      return;
    }
    boolean failed =
        results.ofTask(task).map(ActionState::of).filter(ActionState.FAILED::equals).isPresent();
    try {
      assertThat(retry.retry(task) instanceof ActionRetry.Answer.Queued).isEqualTo(failed);
    } catch (RedisUnavailableException e) {
      requireLackOfMemory(e);
      return;
    }
    if (failed) {
      model.retried(task);
    }
  }

  private void recordCancelled() {
    try {
      cancelled.recordAll();
    } catch (RedisUnavailableException e) {
      requireLackOfMemory(e);
    }
  }

  /** From now on Redis refuses writes that need memory, except those that will free some. */
  private void fillRedis() {
    product.redis().call(c -> c.configSet("maxmemory", "1"));
    full = true;
    everFull = true;
  }

  private void makeRoom() {
    if (full) {
      product.redis().call(c -> c.configSet("maxmemory", "0"));
      full = false;
    }
  }

  /**
   * The product reads the fill level of Redis once a second, so it may refuse intake for a moment
   * after there is room again.
   */
  private void requireLackOfMemory(RedisUnavailableException e) {
    assertThat(everFull).as("only a Redis that is or was full refuses: " + e.getMessage()).isTrue();
  }

  private void awaitRoom() {
    makeRoom();
    if (everFull) {
      Awaitility.await().until(() -> !product.redis().memory().aboveMark());
    }
  }

  /** Kills Redis and restarts it with its data; every client reconnects. */
  private void restartRedis() {
    makeRoom();
    QueueFixture.restart();
    Awaitility.await().until(product.redis()::alive);
    product.clock.advance(QueueFixture.LEASE);
  }

  /** Resumes all jobs, ends their listings, drains all queues and ends idle jobs. */
  private void finishEverything() {
    for (String job : JOBS) {
      steer(job, Jobs.Verb.RESUME);
      endListing(job);
    }
    workers.drain();
    for (int i = 0; i < 3; i++) {
      cancelled.recordAll();
      workers.drainNotifications();
    }
    product.clock.advance(Duration.ofMinutes(2));
    product.jobs.endIdle(Duration.ofMinutes(1));
  }
}
