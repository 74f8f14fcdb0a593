package io.dsxconnect.core.queue;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on one stage: takes as many tasks as there are free slots, runs each on a virtual thread,
 * renews what it holds, claims what dead workers left. Tasks with which two workers died are run
 * alone, one after another, so that the one that kills workers is known by it; the others of a dead
 * worker go on beside ordinary work.
 */
public final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final int CLAIM = 64;
  private static final int DEATHS_ALLOWED = 2;

  /** The stages of a process die together: one suspect of them all may be blamed for it. */
  private static final Semaphore ALONE = new Semaphore(1);

  private static final int REFUSALS_ALLOWED = 3;

  private final Stage stage;
  private final StageQueue queue;
  private final StageHandler handler;
  private final Concurrency concurrency;
  private final CircuitBreakers gates;
  private final Duration lease;

  private final Slots slots;

  /** Guarded by itself. */
  private final Deque<Task> suspects = new ArrayDeque<>();

  private volatile boolean running = true;
  private volatile boolean handedBack;
  private final Thread taker;
  private final Thread keeper;

  public Worker(
      Stage stage,
      StageQueue queue,
      StageHandler handler,
      Slots slots,
      CircuitBreakers gates,
      Duration lease) {
    this.stage = stage;
    this.queue = queue;
    this.handler = handler;
    this.slots = slots;
    this.concurrency = slots.concurrency();
    this.gates = gates;
    this.lease = lease;
    this.taker = Thread.ofVirtual().name(stage.queue() + "-take").unstarted(this::takeUntilClosed);
    // A thread of its own: leases must be renewed however busy the carriers of virtual threads are.
    this.keeper =
        Thread.ofPlatform().daemon().name(stage.queue() + "-keep").unstarted(this::keepUntilClosed);
  }

  public Worker start() {
    taker.start();
    keeper.start();
    return this;
  }

  /** Tasks in work now, those included that wait for their connector with their slot lent. */
  public int inFlight() {
    return slots.inWork();
  }

  /** Tasks that may be in work now. */
  public int limit() {
    return concurrency.limit();
  }

  /** Whether it takes tasks and renews leases: false when a defect ended that, or it is closed. */
  public boolean working() {
    return taker.isAlive() && keeper.isAlive();
  }

  private void takeUntilClosed() {
    while (running) {
      try {
        takeOnce();
      } catch (RedisUnavailableException e) {
        log.debug("{}: {}", stage.queue(), e.getMessage());
        pause(Duration.ofMillis(300));
      } catch (Throwable e) {
        log.error("{}: taking failed", stage.queue(), e);
        pause(TICK);
      }
    }
  }

  private void takeOnce() {
    Task suspect = firstSuspect();
    if (suspect != null) {
      awaitNothingInWork();
      if (running && slots.areFree()) {
        runAlone(suspect);
      }
      return;
    }
    int free = slots.free();
    if (free <= 0) {
      awaitFreeSlot();
    } else if (gates.stageClosed()) {
      pause(Duration.ofMillis(200));
    } else {
      StageQueue.Share share = slots.share();
      List<Task> tasks = queue.take(free, gates.closed(), share);
      tasks.forEach(this::begin);
      if (!tasks.isEmpty() || !running) {
        return;
      }
      if (share.isUsedUp()) {
        // More of that connector may begin as soon as one of its tasks ends.
        awaitChange(SHORT);
      } else {
        queue.await(TICK);
      }
    }
  }

  private @Nullable Task firstSuspect() {
    synchronized (suspects) {
      return suspects.peek();
    }
  }

  /** Runs a suspect to its end; to blame for a death only if no other stage runs one meanwhile. */
  private void runAlone(Task suspect) {
    boolean alone = suspect.suspect() && ALONE.tryAcquire();
    try {
      if (alone) {
        queue.markAlone(suspect);
      }
      beginIfHeld(suspect);
      awaitNothingInWork();
    } finally {
      if (alone) {
        ALONE.release();
      }
    }
  }

  /** Moves a suspect into work, unless its lease was lost in between. */
  private void beginIfHeld(Task suspect) {
    synchronized (suspects) {
      if (suspects.remove(suspect)) {
        begin(suspect);
      }
    }
  }

  private void awaitFreeSlot() {
    try {
      slots.awaitFree(TICK, () -> running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }

  private void awaitNothingInWork() {
    try {
      slots.awaitNone(TICK, () -> running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }

  private void awaitChange(Duration most) {
    try {
      boolean ignored = slots.awaitChange(most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }

  private void begin(Task task) {
    if (handedBack) {
      // It was taken too late to be handed back: its lease runs out.
      return;
    }
    int inflight = slots.take(task);
    if (!running) {
      return;
    }
    Thread.ofVirtual().name(stage.queue() + "-" + task.id()).start(() -> run(task, inflight));
  }

  private void run(Task task, int inflight) {
    long start = System.nanoTime();
    boolean dropped = true;
    try {
      Handoff handoff = handoffOf(task);
      finish(task, handoff);
      // A connector that is away says nothing about how much the scanner can take.
      dropped = handoff.isBack() && !gates.closed().contains(task.connector());
    } catch (Throwable e) {
      // Not even giving up worked. Its lease runs out, and after some deaths it is a dead letter.
      log.error("{}: task {} is let go", stage.queue(), task.id(), e);
    } finally {
      concurrency.sample(start, System.nanoTime() - start, inflight, dropped);
      slots.release(task);
    }
  }

  private Handoff handoffOf(Task task) {
    try {
      return task.deaths() > DEATHS_ALLOWED
          ? handler.giveUp(
              task, "worker died " + task.deaths() + " times while it worked on this alone")
          : handler.handle(task);
    } catch (RedisUnavailableException e) {
      return Handoff.of(task).back();
    } catch (Throwable e) {
      log.error(
          "{}: task {} of job {} failed", stage.queue(), task.id(), Printable.of(task.job()), e);
      return handler.giveUp(task, "defect: " + e.getClass().getSimpleName());
    }
  }

  /**
   * A repeat is harmless: the hand-off happens once or not at all. One that Redis refuses each time
   * ends its task as what cannot be worked on.
   */
  private void finish(Task task, Handoff handoff) {
    Handoff next = handoff;
    int refused = 0;
    while (slots.holds(task)) {
      try {
        if (!queue.complete(next)) {
          log.info(
              "{}: task {} of job {} went to another worker meanwhile",
              stage.queue(),
              task.id(),
              Printable.of(task.job()));
        }
        return;
      } catch (RedisUnavailableException e) {
        log.debug("{}: handing off waits for Redis", stage.queue());
      } catch (RuntimeException | Error e) {
        log.error("{}: handing off task {} failed", stage.queue(), task.id(), e);
        refused++;
        if (refused > REFUSALS_ALLOWED) {
          return;
        }
        if (refused == REFUSALS_ALLOWED) {
          next = handler.giveUp(task, "its hand-off was refused: " + e.getMessage());
        }
      }
      pause(Duration.ofMillis(300));
    }
  }

  private void keepUntilClosed() {
    long renewed = System.nanoTime();
    while (running || !slots.areFree()) {
      pause(Duration.ofMillis(Math.min(TICK.toMillis(), Math.max(20, lease.toMillis() / 4))));
      try {
        if (System.nanoTime() - renewed >= lease.toNanos() / 4) {
          renewAll();
          renewed = System.nanoTime();
        }
        if (running) {
          sweep();
          gates.probeDue(queue::waits);
        }
      } catch (RedisUnavailableException e) {
        log.debug("{}: {}", stage.queue(), e.getMessage());
      } catch (Throwable e) {
        log.error("{}: upkeep failed", stage.queue(), e);
      }
    }
  }

  private void renewAll() {
    List<Task> mine = slots.tasks();
    synchronized (suspects) {
      mine.addAll(suspects);
    }
    if (mine.isEmpty()) {
      return;
    }
    Set<Task> lost = queue.renew(mine);
    if (!lost.isEmpty()) {
      synchronized (suspects) {
        suspects.removeAll(lost);
      }
    }
  }

  private void sweep() {
    int room;
    synchronized (suspects) {
      room = suspects.isEmpty() ? Math.clamp(slots.free(), 1, CLAIM) : 0;
    }
    List<Task> claimed = queue.sweep(room);
    if (!claimed.isEmpty()) {
      log.warn("{}: {} tasks of a worker that died are tried again", stage.queue(), claimed.size());
      synchronized (suspects) {
        for (Task task : claimed) {
          if (task.suspect()) {
            suspects.add(task);
          } else {
            begin(task);
          }
        }
      }
      slots.wake();
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops taking, lets what is in work end for up to the grace period, hands the rest back. */
  public void close(Duration grace) {
    running = false;
    queue.close();
    slots.wake();
    try {
      // What it has just taken must be among the held.
      taker.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!slots.areFree()) {
      log.info(
          "{}: stopping; {} tasks in work may end within {} s, then they are handed back",
          stage.queue(),
          slots.inWork(),
          grace.toSeconds());
    }
    long until = System.nanoTime() + grace.toNanos();
    while (!slots.areFree() && System.nanoTime() < until) {
      pause(Duration.ofMillis(20));
    }
    handedBack = true;
    List<Task> rest = slots.tasks();
    rest.addAll(suspects);
    for (Task task : rest) {
      try {
        queue.complete(Handoff.of(task).back());
      } catch (RuntimeException e) {
        log.warn("{}: task {} comes back when its lease ends", stage.queue(), task.id());
      }
    }
    slots.releaseAll();
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(20));
  }
}
