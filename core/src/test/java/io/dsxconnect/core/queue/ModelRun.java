package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.QueueModel.Books;
import io.dsxconnect.core.queue.QueueModel.Dead;
import io.dsxconnect.core.queue.QueueModel.Message;
import io.dsxconnect.core.queue.QueueModel.Place;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.result.ResultStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Runs one history on a real Redis and in the model, compares the two after each step, and at the
 * end brings everything to its end: what was accepted has ended once, and nothing is left over.
 */
final class ModelRun {
  private static final int WORKERS = 3;
  private static final String[] JOBS = {"full-1", "full-2", "single-1", "single-2"};
  private static final List<Stage> STAGES = List.of(Stage.values());
  private static final Duration RETRY = Duration.ofHours(1);

  /** A worker in one stage; one that died is another with another name. */
  private record Worker(RedisStageQueue queue, List<Task> mine) {}

  private record Repeatable(String job, List<ScanRequest> files, List<String> tasks) {}

  private final QueueFixture product;
  private final QueueModel model = new QueueModel();
  private final Map<String, Worker> workers = new HashMap<>();
  private final Map<String, Repeatable> answered = new HashMap<>();
  private final List<Handoff> finished = new ArrayList<>();
  private final DeadLetters letters;
  private final ResultStage recording;
  private final CancelledFiles cancelled;
  private final Results results;
  private int lives;
  private int names;
  private boolean full;
  private boolean everFull;

  ModelRun(QueueFixture product) {
    this.product = product;
    this.letters = new DeadLetters(product.redis());
    Origins origins = new Origins(product.redis());
    this.recording = new ResultStage(origins, product.clock, -1, false);
    this.cancelled = new CancelledFiles(product.redis(), origins, product.clock, -1);
    this.results = new Results(product.redis());
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
        check(false);
      }
      awaitRoom();
      drain();
      check(true);
      checkRest();
    } finally {
      makeRoom();
      workers.values().forEach(worker -> worker.queue().close());
    }
  }

  private static String connector(String job) {
    return job.endsWith("1") ? "c1" : "c2";
  }

  private static ScanRequest file(String connector, String location) {
    return QueueFixture.file(connector, location)
        .withConnector(null, "http://127.0.0.1:1/" + connector);
  }

  private void run(ModelStep step) {
    String job = JOBS[step.a() % JOBS.length];
    switch (step.kind()) {
      case ACCEPT -> accept(job, 1 + step.b() % 6, step.c() % 3 == 0);
      case ACCEPT_AGAIN -> acceptAgain(step.a());
      case TAKE -> take(worker(step), 1 + step.b() % 4, step.c() % 10 == 0);
      case FINISH -> finish(pick(model.held(), step.a()), step.b());
      case FINISH_LATE -> finishLate(step);
      case FINISH_TWICE -> finishTwice(step.a());
      case RENEW -> renew(worker(step));
      case EXPIRE -> expire(pick(model.held(), step.a()));
      case SWEEP -> sweep(worker(step), step.b() % 5);
      case TIME_PASSES -> product.clock.advance(step.a() % 2 == 0 ? RETRY : Duration.ofMinutes(5));
      case CLOCK_STEPS -> product.clock.stepOfRedis(step.a() % 2 == 0 ? RETRY : RETRY.negated());
      case WORKER_DIES -> workers.remove(name(step));
      case PAUSE -> steer(job, Jobs.Verb.PAUSE);
      case RESUME -> steer(job, Jobs.Verb.RESUME);
      case CANCEL -> steer(job, Jobs.Verb.CANCEL);
      case LISTED -> listed(job);
      case REPLAY -> replay(DeadLetters.STAGES.get(step.a() % 3), 1 + step.b() % 3);
      case DISCARD -> discard(DeadLetters.STAGES.get(step.a() % 3));
      case RECORD_CANCELLED -> recordCancelled();
      case REDIS_FULL -> full();
      case REDIS_EMPTIER -> makeRoom();
      case RECONNECT -> reconnect();
    }
  }

  private String name(ModelStep step) {
    return STAGES.get(step.a() % 4) + "-" + step.c() % WORKERS;
  }

  private Worker worker(ModelStep step) {
    return worker(STAGES.get(step.a() % 4), name(step));
  }

  private Worker worker(Stage stage, String name) {
    return workers.computeIfAbsent(
        name, n -> new Worker(product.queue(stage, n + "-" + ++lives), new ArrayList<>()));
  }

  private static <T> @Nullable T pick(List<T> from, int at) {
    return from.isEmpty() ? null : from.get(at % from.size());
  }

  private void accept(String job, int count, boolean named) {
    List<ScanRequest> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(file(connector(job), "/data/" + ++names));
    }
    String key = named ? "key-" + names : null;
    Books books = model.books(job);
    Intake.Answer answer;
    try {
      answer = product.intake.accept(job, files, null, key);
    } catch (RedisUnavailableException e) {
      onlyForLackOfMemory(e);
      return;
    }
    switch (answer) {
      case Intake.Answer.Accepted accepted -> {
        assertThat(full).as("a full Redis took files in").isFalse();
        assertThat(books.paused || books.cancelled).as("%s took files in", job).isFalse();
        assertThat(accepted.repeated()).isFalse();
        assertThat(accepted.tasks()).hasSize(count);
        model.accepted(job, accepted.tasks());
        if (key != null) {
          answered.put(key, new Repeatable(job, files, accepted.tasks()));
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
    String key = pick(answered.keySet().stream().sorted().toList(), at);
    if (key == null) {
      return;
    }
    Repeatable before = Objects.requireNonNull(answered.get(key));
    try {
      assertThat(product.intake.accept(before.job(), before.files(), null, key))
          .isEqualTo(new Intake.Answer.Accepted(before.tasks(), true));
    } catch (RedisUnavailableException e) {
      onlyForLackOfMemory(e);
    }
  }

  private List<Task> take(Worker worker, int most, boolean gated) {
    String down = Origin.of(file("c1", "/data/0")).connectorKey();
    List<Task> taken = worker.queue().take(most, gated ? Set.of(down) : Set.of());
    assertThat(taken).hasSizeLessThanOrEqualTo(most);
    for (Task task : taken) {
      assertThat(gated && task.connector().equals(down)).as("a gated connector").isFalse();
      model.taken(task, product.clock.skewMillis());
      worker.mine().add(task);
    }
    return taken;
  }

  /** Whoever holds it ends it, in one of the ways in which its stage ends things. */
  private void finish(@Nullable Message message, int how) {
    if (message == null) {
      return;
    }
    Worker owner =
        workers.values().stream()
            .filter(w -> w.mine().contains(message.delivery()))
            .findFirst()
            .orElse(null);
    if (owner == null) {
      return; // its worker is dead
    }
    finish(owner, message, how);
  }

  private void finish(Worker owner, Message message, int how) {
    Task task = message.delivery();
    ModelEnd end = ModelEnd.of(task, how, model, recording, () -> "again-" + ++names);
    assertThat(owner.queue().complete(end.handoff())).as("its owner ends %s", message).isTrue();
    message.ended();
    end.follow(product.clock.skewMillis());
    model.settleCancelled();
    finished.add(end.handoff());
  }

  /** Somebody ends what is not theirs any more: nothing happens. */
  private void finishLate(ModelStep step) {
    Worker worker = worker(step);
    Task lost = pick(worker.mine().stream().filter(t -> model.held(t) == null).toList(), step.b());
    if (lost != null) {
      Handoff late = Handoff.of(lost).put(Stage.NOTIFY, "{}");
      assertThat(worker.queue().complete(late)).as("%s was lost", lost).isFalse();
    }
  }

  private void finishTwice(int at) {
    Handoff before = pick(finished, at);
    if (before != null) {
      for (Worker worker : workers.values()) {
        if (worker.mine().contains(before.task())) {
          assertThat(worker.queue().complete(before)).as("it has ended").isFalse();
        }
      }
    }
  }

  private void renew(Worker worker) {
    Set<Task> lost = new HashSet<>();
    for (Task task : worker.mine()) {
      Message message = model.held(task);
      if (message == null) {
        lost.add(task);
      } else {
        message.leaseRanOut = false;
      }
    }
    assertThat(worker.queue().renew(worker.mine())).isEqualTo(lost);
  }

  private void expire(@Nullable Message message) {
    if (message != null) {
      product.letLeaseRunOut(message.delivery());
      message.leaseRanOut = true;
    }
  }

  private List<Task> sweep(Worker worker, int most) {
    List<Task> claimed = worker.queue().sweep(most);
    assertThat(claimed).hasSizeLessThanOrEqualTo(most);
    for (Task task : claimed) {
      model.claimed(task);
      worker.mine().add(task);
    }
    return claimed;
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

  private void listed(String job) {
    if (model.books(job).announced) {
      product.jobs.enqueueDone(job, new Jobs.Listed(0, 0, 0));
    }
  }

  private void replay(Stage stage, int most) {
    List<Dead> dead = model.dead(stage);
    int there = Math.min(most, dead.size());
    try {
      assertThat(letters.requeue(stage, most)).isEqualTo(new DeadLetters.Requeued(there, 0));
    } catch (RedisUnavailableException e) {
      onlyForLackOfMemory(e);
      there = dead.size() - (int) letters.count(stage);
    }
    List<Dead> revived = List.copyOf(dead.subList(0, there));
    dead.subList(0, there).clear();
    revived.forEach(model::revive);
  }

  private void discard(Stage stage) {
    assertThat(letters.clear(stage)).isEqualTo(model.dead(stage).size());
    model.dead(stage).clear();
  }

  private void recordCancelled() {
    try {
      cancelled.recordAll();
    } catch (RedisUnavailableException e) {
      onlyForLackOfMemory(e);
    }
  }

  /** No write that needs memory passes, but those that will free some. */
  private void full() {
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
   * How full Redis is, is asked once a second: what was refused a moment ago may be refused still.
   */
  private void onlyForLackOfMemory(RedisUnavailableException e) {
    assertThat(everFull).as("only a Redis that is or was full refuses: " + e.getMessage()).isTrue();
  }

  private void awaitRoom() {
    makeRoom();
    if (everFull) {
      Awaitility.await().until(() -> !product.redis().memory().aboveMark());
    }
  }

  /** Redis dies and comes back with its data; everybody connects again. */
  private void reconnect() {
    makeRoom();
    QueueFixture.restart();
    Awaitility.await().until(product.redis()::alive);
    product.clock.advance(QueueFixture.LEASE);
  }

  private void check(boolean exactly) {
    model.jobs.forEach(
        (id, books) ->
            product
                .jobs
                .find(id)
                .ifPresentOrElse(
                    job -> {
                      model.agreesWith(id, job.ledger(), exactly);
                      if (job.finished()) {
                        assertThat(books.pending).as("files of %s, which ended", id).isZero();
                        books.paused = false;
                      }
                    },
                    () -> assertThat(books.tasks).isEmpty()));
  }

  /** Everybody works until nothing is left; the dead are swept up after. */
  private void drain() {
    for (String job : JOBS) {
      steer(job, Jobs.Verb.RESUME);
      listed(job);
    }
    workers.clear();
    for (int round = 0; round < 100 && unfinished() > 0; round++) {
      product.clock.advance(RETRY.multipliedBy(2));
      model.held().forEach(this::expire);
      for (Stage stage : Stage.values()) {
        Worker worker = worker(stage, stage + "-last");
        workThrough(worker, sweep(worker, 64));
        workThrough(worker, take(worker, 64, false));
      }
    }
    if (unfinished() > 0) {
      fail("stuck: " + model.messages.stream().filter(m -> m.place != Place.GONE).toList());
    }
    for (int i = 0; i < 3; i++) {
      cancelled.recordAll();
      Worker telling = worker(Stage.NOTIFY, "telling");
      for (List<Task> some = telling.queue().take(64, Set.of());
          !some.isEmpty();
          some = telling.queue().take(64, Set.of())) {
        some.forEach(task -> assertThat(telling.queue().complete(Handoff.of(task))).isTrue());
      }
    }
    product.clock.advance(Duration.ofMinutes(2));
    product.jobs.endIdle(Duration.ofMinutes(1));
  }

  private void workThrough(Worker worker, List<Task> tasks) {
    for (Task task : tasks) {
      finish(worker, Objects.requireNonNull(model.held(task)), 0);
    }
  }

  private long unfinished() {
    return model.messages.stream().filter(m -> m.place != Place.GONE).count();
  }

  /** Each file has one record, each job its end, and there is nothing that nobody will look at. */
  private void checkRest() {
    model.jobs.forEach(
        (id, books) -> {
          if (books.tasks.isEmpty()) {
            return;
          }
          List<ScanResult> records = results.ofJob(id, 10_000);
          assertThat(records)
              .as("records of %s", id)
              .extracting(ScanResult::scanRequestTaskId)
              .containsExactlyInAnyOrderElementsOf(books.tasks);
          for (ScanResult record : records) {
            if (!model.revived.contains(record.scanRequestTaskId())) {
              assertThat(record.outcome())
                  .as("record of %s", record.scanRequestTaskId())
                  .isEqualTo(model.outcomes.get(record.scanRequestTaskId()));
            }
          }
          Job job = product.jobs.find(id).orElseThrow();
          assertThat(job.number("actions_pending")).as("actions of %s", id).isZero();
          assertThat(job.finished()).as("%s has ended: %s", id, job.fields()).isTrue();
          assertThat(job.status()).as("status of %s", id).isEqualTo(status(books));
        });
    for (Stage stage : Stage.values()) {
      assertThat(product.jobs.backlog(stage)).as("backlog of %s", stage).isZero();
    }
    for (Stage stage : DeadLetters.STAGES) {
      assertThat(letters.count(stage)).as("dead of %s", stage).isEqualTo(model.dead(stage).size());
    }
    String prefix = product.redis().keys().prefix();
    List<String> keys = product.redis().call(c -> c.keys("*"));
    assertThat(keys.stream().map(key -> key.substring(prefix.length())).filter(ModelRun::leftOver))
        .as("keys that nobody will look at again")
        .isEmpty();
  }

  private static boolean leftOver(String key) {
    return key.contains(":lane:")
        || key.contains(":later:")
        || key.contains(":laters")
        || key.endsWith(":ready")
        || key.endsWith(":lanes")
        || key.matches("aside:[0-9]+")
        || key.equals("asides")
        || key.equals("unrecorded")
        || key.startsWith("held:");
  }

  private static String status(Books books) {
    return books.cancelled ? "cancelled" : books.skipped ? "incomplete" : "completed";
  }
}
