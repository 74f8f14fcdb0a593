package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one stage: takes tasks while slots are free and runs each on a virtual thread. It renews
 * leases and claims tasks of dead workers ({@link LeaseKeeper}).
 *
 * <p>A claimed task runs beside ordinary work. One that was in work when two workers died is a
 * suspect and runs alone, so that the task that kills its worker is identified. A task that killed
 * 3 workers while it ran alone, or whose hand-off Redis refused 3 times, becomes a dead letter.
 *
 * <p>Owns two threads: call {@link #start} once, and {@link #close} to stop them.
 */
@ThreadSafe
public final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration MAX_WAIT = Duration.ofSeconds(1);
  private static final Duration MAX_WAIT_FOR_SHARE = Duration.ofMillis(100);
  private static final Duration OPEN_BREAKER_INTERVAL = Duration.ofMillis(200);
  private static final Duration REDIS_RETRY_INTERVAL = Duration.ofMillis(300);
  private static final Duration DEFECT_RETRY_INTERVAL = Duration.ofSeconds(1);
  private static final Duration MAX_TAKE_IN_FLIGHT = Duration.ofSeconds(2);
  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(20);
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final StageQueue queue;
  private final Slots slots;
  private final CircuitBreakers breakers;
  private final Semaphore blame;
  private final TaskRunner runner;
  private final Suspects suspects = new Suspects();
  private final LeaseKeeper keeper;
  private final Thread taker;
  private volatile boolean running = true;

  /**
   * @param breakers of this worker's stage
   * @param blame one permit per process, shared by its workers: all stages of a process die
   *     together, so at most one suspect per process runs alone with the permit and is blamed for a
   *     death. The suspects of other stages run without it and are not blamed
   */
  public Worker(
      StageQueue queue,
      StageHandler handler,
      Slots slots,
      CircuitBreakers breakers,
      Semaphore blame) {
    this.queue = queue;
    this.slots = slots;
    this.breakers = breakers;
    this.blame = blame;
    this.runner = new TaskRunner(queue, handler, slots, breakers);
    this.keeper = new LeaseKeeper(queue, slots, suspects, breakers, this::begin);
    this.taker =
        Thread.ofVirtual().name(queue.stage().queue() + "-take").unstarted(this::takeUntilClosed);
  }

  /** Starts both threads and returns this worker. */
  public Worker start() {
    taker.start();
    keeper.start();
    return this;
  }

  /** Tasks in work, including those that wait for their connector with their slot lent. */
  public int inFlight() {
    return slots.inWork();
  }

  /** Tasks that may be in work now. */
  public int limit() {
    return slots.concurrency().limit();
  }

  /** The lowest value that {@link #limit} takes. */
  public int minLimit() {
    return slots.concurrency().min();
  }

  /** The highest value that {@link #limit} takes; equals {@link #minLimit} for a fixed limit. */
  public int maxLimit() {
    return slots.concurrency().max();
  }

  /** Tasks that ended here since the start, dead letters included; retries are not ends. */
  public long done() {
    return runner.done();
  }

  /** Tasks that became dead letters here since the start. */
  public long failed() {
    return runner.failed();
  }

  /** False once the worker is closed, or a defect ended one of its threads. */
  public boolean working() {
    return taker.isAlive() && keeper.isAlive();
  }

  private void takeUntilClosed() {
    while (running) {
      try {
        takeOnce();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        running = false;
      } catch (RedisUnavailableException e) {
        log.debug("{}: {}", queue.stage().queue(), e.getMessage());
        Pause.of(REDIS_RETRY_INTERVAL);
      } catch (Throwable e) {
        log.error("{}: taking tasks failed", queue.stage().queue(), e);
        Pause.of(DEFECT_RETRY_INTERVAL);
      }
    }
  }

  private void takeOnce() throws InterruptedException {
    Task suspect = suspects.first();
    if (suspect != null) {
      slots.awaitNone(MAX_WAIT, () -> running);
      if (running && slots.areFree()) {
        runAlone(suspect);
      }
    } else if (slots.free() <= 0) {
      slots.awaitFree(MAX_WAIT, () -> running);
    } else if (breakers.isOpen(CircuitBreakers.STAGE)) {
      Pause.of(OPEN_BREAKER_INTERVAL);
    } else {
      takeFree();
    }
  }

  private void takeFree() throws InterruptedException {
    StageQueue.Share share = slots.share();
    List<Task> tasks = queue.take(slots.free(), breakers.openConnectors(), share);
    tasks.forEach(this::begin);
    if (!tasks.isEmpty() || !running) {
      return;
    }
    if (share.isUsedUp()) {
      // The connector's next file may start as soon as one of its tasks ends.
      boolean ignored = slots.awaitChange(MAX_WAIT_FOR_SHARE);
    } else {
      queue.await(MAX_WAIT);
    }
  }

  /**
   * Runs a suspect to its end, with no other task of this worker. Without the permit, because the
   * suspect of another stage has it, the suspect is not marked and not blamed for a death.
   */
  private void runAlone(Task suspect) throws InterruptedException {
    boolean alone = suspect.suspect() && blame.tryAcquire();
    try {
      if (alone) {
        queue.markAlone(suspect);
      }
      suspects.begin(suspect, () -> begin(suspect));
      slots.awaitNone(MAX_WAIT, () -> running);
    } finally {
      if (alone) {
        blame.release();
      }
    }
  }

  private void begin(Task task) {
    if (!running) {
      // Without a thread, it would keep close() waiting for the whole grace period.
      handBack(List.of(task));
      return;
    }
    int inFlight = slots.take(task);
    Thread.ofVirtual()
        .name(queue.stage().queue() + "-" + task.id())
        .start(() -> runner.run(task, inFlight));
  }

  /**
   * Stops taking tasks, waits up to {@code grace} for those in work, and hands the rest back.
   * Blocks; waits at most two seconds longer than {@code grace}.
   */
  public void close(Duration grace) {
    running = false;
    keeper.stopClaiming();
    queue.close();
    slots.wake();
    joinTaker();
    if (!slots.areFree()) {
      log.info(
          "{}: stopping; {} tasks in work may end within {} s, then they are handed back",
          queue.stage().queue(),
          slots.inWork(),
          grace.toSeconds());
    }
    long until = System.nanoTime() + grace.toNanos();
    while (!slots.areFree() && System.nanoTime() - until < 0) {
      Pause.of(DRAIN_INTERVAL);
    }
    handBack(slots.tasks());
    handBack(suspects.all());
    slots.releaseAll();
  }

  /** Tasks that are taken at this moment must be among those in work. */
  private void joinTaker() {
    try {
      taker.join(MAX_TAKE_IN_FLIGHT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handBack(List<Task> tasks) {
    for (Task task : tasks) {
      try {
        queue.complete(Handoff.of(task).back());
      } catch (RuntimeException e) {
        log.warn(
            "{}: task {} returns when its lease expires: {}",
            queue.stage().queue(),
            task.id(),
            e.getMessage());
      }
    }
  }

  /** {@link #close(Duration)} with a grace period of 20 seconds. */
  @Override
  public void close() {
    close(GRACE);
  }
}
