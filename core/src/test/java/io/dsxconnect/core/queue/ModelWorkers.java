package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dsxconnect.core.queue.QueueModel.Message;
import io.dsxconnect.core.queue.QueueModel.Place;
import io.dsxconnect.core.result.ResultStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one history, three per stage: take, finish, renew and claim tasks on the real
 * queues, and apply the same to the model. Confined to one thread.
 */
final class ModelWorkers {
  private static final int WORKERS_PER_STAGE = 3;
  private static final int MAX_DRAIN_ROUNDS = 100;
  private static final int DRAIN_BATCH = 64;
  private static final List<Stage> STAGES = List.of(Stage.values());

  /**
   * A worker of one stage. The replacement of a dead worker has another consumer name.
   *
   * @param tasks every delivery that the worker ever received
   */
  private record Worker(RedisStageQueue queue, List<Task> tasks) {}

  private final QueueFixture product;
  private final QueueModel model;
  private final ResultStage recording;
  private final Map<String, Worker> workers = new HashMap<>();
  private final List<Handoff> completed = new ArrayList<>();
  private int started;
  private int rescans;

  ModelWorkers(QueueFixture product, QueueModel model) {
    this.product = product;
    this.model = model;
    this.recording = new ResultStage(new Origins(product.redis()), product.clock, -1, false);
  }

  void close() {
    workers.values().forEach(worker -> worker.queue().close());
  }

  void take(ModelStep step) {
    take(worker(step), 1 + step.b() % 4, step.c() % 10 == 0);
  }

  /** The owner of a held message ends it in one of the ways in which its stage ends tasks. */
  void finish(ModelStep step) {
    Message message = pick(model.held(), step.a());
    if (message == null) {
      return;
    }
    // No owner: the worker is dead.
    workers.values().stream()
        .filter(w -> w.tasks().contains(message.delivery()))
        .findFirst()
        .ifPresent(owner -> finish(owner, message, step.b()));
  }

  /** A worker hands off a task that it lost or already ended: the hand-off is refused. */
  void finishLate(ModelStep step) {
    Worker worker = worker(step);
    Task lost = pick(worker.tasks().stream().filter(t -> model.held(t) == null).toList(), step.b());
    if (lost != null) {
      Handoff late = Handoff.of(lost).put(Stage.NOTIFY, "{}");
      assertThat(worker.queue().complete(late)).as("hand-off of lost %s", lost).isFalse();
    }
  }

  void finishTwice(ModelStep step) {
    Handoff before = pick(completed, step.a());
    if (before != null) {
      for (Worker worker : workers.values()) {
        if (worker.tasks().contains(before.task())) {
          assertThat(worker.queue().complete(before)).as("repeated hand-off").isFalse();
        }
      }
    }
  }

  void renew(ModelStep step) {
    Worker worker = worker(step);
    Set<Task> lost = new HashSet<>();
    for (Task task : worker.tasks()) {
      Message message = model.held(task);
      if (message == null) {
        lost.add(task);
      } else {
        message.leaseExpired = false;
      }
    }
    assertThat(worker.queue().renew(worker.tasks())).isEqualTo(lost);
  }

  void expireLease(ModelStep step) {
    Message message = pick(model.held(), step.a());
    if (message != null) {
      expireLease(message);
    }
  }

  void sweep(ModelStep step) {
    sweep(worker(step), step.b() % 5);
  }

  void kill(ModelStep step) {
    workers.remove(name(step));
  }

  /** Kills all workers, then lets new ones claim, take and finish until no message is left. */
  void drain() {
    workers.clear();
    for (int round = 0; round < MAX_DRAIN_ROUNDS && unfinished() > 0; round++) {
      product.clock.advance(ModelEnd.RETRY_DELAY.multipliedBy(2));
      model.held().forEach(this::expireLease);
      for (Stage stage : STAGES) {
        Worker worker = worker(stage, stage + "-drain");
        finishAll(worker, sweep(worker, DRAIN_BATCH));
        finishAll(worker, take(worker, DRAIN_BATCH, false));
      }
    }
    if (unfinished() > 0) {
      fail("stuck: " + model.messages.stream().filter(m -> m.place != Place.GONE).toList());
    }
  }

  /** Notifications of recorded cancelled files are not in the model. */
  void drainNotifications() {
    RedisStageQueue queue = worker(Stage.NOTIFY, "notify-drain").queue();
    for (List<Task> tasks = queue.take(DRAIN_BATCH, Set.of());
        !tasks.isEmpty();
        tasks = queue.take(DRAIN_BATCH, Set.of())) {
      tasks.forEach(task -> assertThat(queue.complete(Handoff.of(task))).isTrue());
    }
  }

  static <T> @Nullable T pick(List<T> from, int at) {
    return from.isEmpty() ? null : from.get(at % from.size());
  }

  private static String name(ModelStep step) {
    return STAGES.get(step.a() % 4) + "-" + step.c() % WORKERS_PER_STAGE;
  }

  private Worker worker(ModelStep step) {
    return worker(STAGES.get(step.a() % 4), name(step));
  }

  private Worker worker(Stage stage, String name) {
    return workers.computeIfAbsent(
        name, n -> new Worker(product.queue(stage, n + "-" + ++started), new ArrayList<>()));
  }

  private List<Task> take(Worker worker, int maxTasks, boolean breakerOpen) {
    String down = Origin.of(ModelRun.file("c1", "/data/0")).connectorKey();
    List<Task> taken = worker.queue().take(maxTasks, breakerOpen ? Set.of(down) : Set.of());
    assertThat(taken).hasSizeLessThanOrEqualTo(maxTasks);
    for (Task task : taken) {
      assertThat(breakerOpen && task.connector().equals(down))
          .as("task of a connector with an open circuit breaker")
          .isFalse();
      model.taken(task, product.clock.skewMillis());
      worker.tasks().add(task);
    }
    return taken;
  }

  private List<Task> sweep(Worker worker, int maxTasks) {
    List<Task> claimed = worker.queue().sweep(maxTasks);
    assertThat(claimed).hasSizeLessThanOrEqualTo(maxTasks);
    for (Task task : claimed) {
      model.claimed(task);
      worker.tasks().add(task);
    }
    return claimed;
  }

  private void finishAll(Worker worker, List<Task> tasks) {
    for (Task task : tasks) {
      finish(worker, Objects.requireNonNull(model.held(task)), ModelEnd.USUAL);
    }
  }

  private void finish(Worker owner, Message message, int how) {
    Task task = message.delivery();
    ModelEnd end = ModelEnd.of(task, how, model, recording, () -> "again-" + ++rescans);
    assertThat(owner.queue().complete(end.handoff())).as("its owner ends %s", message).isTrue();
    message.ended();
    end.apply(product.clock.skewMillis());
    model.countCancelled();
    completed.add(end.handoff());
  }

  private void expireLease(Message message) {
    product.expireLeases(message.delivery());
    message.leaseExpired = true;
  }

  private long unfinished() {
    return model.messages.stream().filter(m -> m.place != Place.GONE).count();
  }
}
