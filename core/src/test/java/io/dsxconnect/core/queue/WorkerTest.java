package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A worker on a queue in memory. */
class WorkerTest {
  static final Duration LEASE = Duration.ofMillis(200);
  final MemoryQueue queue = new MemoryQueue();

  /** Shared by all workers of a process, so that one suspect at a time runs alone. */
  private final Semaphore blame = new Semaphore(1);

  static Task task(String id, int deaths, boolean suspect) {
    return new Task(
        Stage.SCAN,
        new Task.Delivery("c1", id, "1"),
        new Task.Attempts(0, 0, deaths, suspect),
        new Task.Message(id, "J", "o", "{}"));
  }

  /** A queue in memory that delivers each task once and keeps the hand-offs. */
  static final class MemoryQueue implements StageQueue {
    final ConcurrentLinkedQueue<Task> waiting = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Task> orphaned = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Handoff> completed = new ConcurrentLinkedQueue<>();
    final AtomicInteger failuresToCome = new AtomicInteger();
    Predicate<Handoff> refuses = handoff -> false;
    Runnable beforeTaking = () -> {};
    Runnable onClose = () -> {};
    final AtomicInteger renewals = new AtomicInteger();
    final ConcurrentLinkedQueue<Task> runAlone = new ConcurrentLinkedQueue<>();
    private final Semaphore wake = new Semaphore(0);

    void put(Task task) {
      waiting.add(task);
      wake.release();
    }

    @Override
    public Stage stage() {
      return Stage.SCAN;
    }

    @Override
    public Duration lease() {
      return LEASE;
    }

    @Override
    public List<Task> take(int max, Set<String> down, Share share) {
      beforeTaking.run();
      List<Task> taken = new ArrayList<>();
      for (Task t = waiting.poll(); t != null; t = taken.size() < max ? waiting.poll() : null) {
        taken.add(t);
      }
      return taken;
    }

    @Override
    public void await(Duration maxWait) {
      try {
        wake.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean complete(Handoff handoff) {
      if (failuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new RedisUnavailableException("Redis is down", null);
      }
      if (refuses.test(handoff)) {
        throw new IllegalStateException("no room in a sum");
      }
      completed.add(handoff);
      return true;
    }

    @Override
    public Set<Task> renew(Collection<Task> held) {
      renewals.incrementAndGet();
      return Set.of();
    }

    @Override
    public List<Task> sweep(int max) {
      Task next = max > 0 ? orphaned.poll() : null;
      return next == null ? List.of() : List.of(next);
    }

    @Override
    public boolean waits(String connector) {
      return true;
    }

    @Override
    public void markAlone(Task task) {
      runAlone.add(task);
    }

    @Override
    public void close() {
      onClose.run();
    }
  }

  Worker worker(StageHandler handler, int concurrency) {
    return worker(queue, handler, concurrency);
  }

  Worker worker(MemoryQueue queue, StageHandler handler, int concurrency) {
    return new Worker(
            queue,
            handler,
            new Slots(Concurrency.fixed(concurrency), MonotonicClock.SYSTEM),
            new CircuitBreakers(System::nanoTime),
            blame)
        .start();
  }

  /** A handler whose {@code giveUp} writes a dead letter. */
  static StageHandler handling(Function<Task, Handoff> handle) {
    return new StageHandler() {
      @Override
      public Handoff handle(Task task) {
        return handle.apply(task);
      }

      @Override
      public Handoff giveUp(Task task, String reason) {
        return Handoff.of(task).dead(reason);
      }
    };
  }

  @Test
  void a_defect_of_the_handler_makes_a_dead_letter_and_the_next_task_goes_on() {
    try (Worker worker =
        worker(
            handling(
                task -> {
                  if (task.id().equals("bad")) {
                    throw new IllegalStateException("defect");
                  }
                  return Handoff.of(task);
                }),
            1)) {
      queue.put(task("bad", 0, false));
      queue.put(task("good", 0, false));
      await().until(() -> queue.completed.size() == 2);
      assertThat(queue.completed.peek().operations())
          .contains("dead", "defect: IllegalStateException");
      await().until(() -> worker.inFlight() == 0);
    }
  }

  @Test
  void bug_a_handler_that_cannot_even_give_up_does_not_keep_its_slot_for_ever() {
    try (Worker worker =
        worker(
            new StageHandler() {
              @Override
              public Handoff handle(Task task) {
                if (task.id().equals("good")) {
                  return Handoff.of(task);
                }
                throw new IllegalStateException("defect");
              }

              @Override
              public Handoff giveUp(Task task, String reason) {
                throw new IllegalStateException("another");
              }
            },
            1)) {
      queue.put(task("bad", 0, false));
      queue.put(task("good", 0, false));
      await().until(() -> queue.completed.size() == 1);
      assertThat(queue.completed.peek().task().id()).isEqualTo("good");
      await().until(() -> worker.inFlight() == 0);
    }
  }

  @Test
  void bug_a_task_whose_handoff_is_refused_each_time_is_given_up_with_the_reason() {
    queue.refuses = handoff -> !handoff.operations().contains("dead");
    try (Worker worker =
        worker(
            handling(
                task -> {
                  return Handoff.of(task);
                }),
            1)) {
      queue.put(task("t", 0, false));
      await().until(() -> queue.completed.size() == 1);
      assertThat(queue.completed.peek().operations())
          .contains("its hand-off was refused: no room in a sum");
      await().until(() -> worker.inFlight() == 0);
    }
  }

  @Test
  void a_handoff_is_repeated_until_redis_is_back() {
    queue.failuresToCome.set(3);
    try (Worker worker =
        worker(
            handling(
                task -> {
                  return Handoff.of(task);
                }),
            4)) {
      queue.put(task("t", 0, false));
      await().until(() -> queue.completed.size() == 1);
      assertThat(worker.inFlight()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void tasks_of_a_dead_worker_run_alone_and_one_that_kills_is_given_up() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger maxAtOnce = new AtomicInteger();
    try (Worker worker =
        worker(
            handling(
                task -> {
                  maxAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  Thread.onSpinWait();
                  atOnce.decrementAndGet();
                  return Handoff.of(task);
                }),
            8)) {
      for (int i = 0; i < 5; i++) {
        queue.orphaned.add(task("orphan-" + i, 0, true));
      }
      queue.orphaned.add(task("killer", 3, true));
      await().atMost(Duration.ofSeconds(30)).until(() -> queue.completed.size() == 6);
      assertThat(maxAtOnce).hasValue(1);
      assertThat(queue.completed)
          .filteredOn(h -> h.operations().contains("dead"))
          .singleElement()
          .satisfies(h -> assertThat(h.task().id()).isEqualTo("killer"));
      await().until(() -> worker.inFlight() == 0);
    }
  }

  @Test
  void bug_what_runs_beside_the_file_that_kills_its_worker_is_not_blamed() {
    MemoryQueue other = new MemoryQueue();
    CountDownLatch release = new CountDownLatch(1);
    StageHandler waits =
        handling(
            task -> {
              awaitOpen(release);
              return Handoff.of(task);
            });
    StageHandler passes =
        handling(
            task -> {
              return Handoff.of(task);
            });
    queue.orphaned.add(task("file", 0, true));
    try (Worker first = worker(waits, 1)) {
      await().until(() -> first.inFlight() == 1);
      assertThat(queue.runAlone).extracting(Task::id).containsExactly("file");
      try (Worker second = worker(other, passes, 1)) {
        other.orphaned.add(task("beside it", 0, true));
        await().until(() -> other.completed.size() == 1);
        assertThat(other.runAlone).isEmpty();
        release.countDown();
        await().until(() -> queue.completed.size() == 1 && first.inFlight() == 0);
        await()
            .until(
                () -> {
                  other.orphaned.add(task("alone", 0, true));
                  return !other.runAlone.isEmpty();
                });
        assertThat(second.working()).isTrue();
      }
    }
  }

  @Test
  void leases_are_renewed_while_a_task_runs_and_what_is_not_done_in_time_goes_back() {
    CountDownLatch release = new CountDownLatch(1);
    Worker worker =
        worker(
            handling(
                task -> {
                  awaitOpen(release);
                  return Handoff.of(task);
                }),
            1);
    queue.put(task("slow", 0, false));
    await().until(() -> worker.inFlight() == 1 && queue.renewals.get() > 2);
    worker.close(Duration.ofMillis(50));
    assertThat(queue.completed).singleElement().satisfies(h -> assertThat(h.isBack()).isTrue());
    release.countDown();
  }

  /** The task never ran, and the worker waited for its end. */
  @Test
  void bug_a_task_taken_while_its_worker_stops_is_handed_back_at_once() {
    CountDownLatch taking = new CountDownLatch(1);
    CountDownLatch stopping = new CountDownLatch(1);
    queue.beforeTaking =
        () -> {
          taking.countDown();
          awaitOpen(stopping);
        };
    queue.put(task("late", 0, false));
    Worker worker =
        worker(
            handling(
                task -> {
                  return Handoff.of(task);
                }),
            1);
    awaitOpen(taking);
    queue.onClose = stopping::countDown;
    long start = System.nanoTime();
    worker.close(Duration.ofSeconds(20));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(queue.completed).singleElement().satisfies(h -> assertThat(h.isBack()).isTrue());
  }

  private static void awaitOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
