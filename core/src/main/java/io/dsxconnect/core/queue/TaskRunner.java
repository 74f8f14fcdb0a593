package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks of one stage, each to its hand-off. */
@ThreadSafe
final class TaskRunner {
  private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);
  private static final int MAX_DEATHS = 2;
  private static final int MAX_REFUSED_HANDOFFS = 3;
  private static final Duration HANDOFF_RETRY_INTERVAL = Duration.ofMillis(300);

  private final StageQueue queue;
  private final StageHandler handler;
  private final Slots slots;
  private final CircuitBreakers breakers;
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();

  TaskRunner(StageQueue queue, StageHandler handler, Slots slots, CircuitBreakers breakers) {
    this.queue = queue;
    this.handler = handler;
    this.slots = slots;
    this.breakers = breakers;
  }

  /**
   * Runs a task that has a slot, hands it off and releases the slot. Blocks until then; never
   * throws.
   *
   * @param inFlight slots taken when the task began, for the concurrency limit
   */
  void run(Task task, int inFlight) {
    long start = System.nanoTime();
    boolean dropped = true;
    try {
      Handoff handoff = handoffOf(task);
      complete(task, handoff);
      // A connector that is down, or a task that got no slot back, says nothing about how many
      // files the scanner can take.
      dropped =
          handoff.isBack()
              && !slots.isLent(task)
              && !breakers.openConnectors().contains(task.connector());
    } catch (Throwable e) {
      // Giving up failed, too. The lease expires, and after some deaths the task is a dead letter.
      log.error("{}: task {} is abandoned", queue.stage().queue(), task.id(), e);
    } finally {
      slots.concurrency().sample(start, System.nanoTime() - start, inFlight, dropped);
      slots.release(task);
    }
  }

  /** Tasks that ended, dead letters included; retries are not ends. */
  long done() {
    return done.sum();
  }

  /** Tasks that became dead letters. */
  long failed() {
    return failed.sum();
  }

  private void count(Handoff handoff) {
    if (handoff.isEnd()) {
      done.increment();
    }
    if (handoff.isDead()) {
      failed.increment();
    }
  }

  private Handoff handoffOf(Task task) {
    try {
      return task.deaths() > MAX_DEATHS
          ? handler.giveUp(
              task, "worker died " + task.deaths() + " times while it worked on this alone")
          : handler.handle(task);
    } catch (RedisUnavailableException e) {
      return Handoff.of(task).back();
    } catch (Throwable e) {
      log.error(
          "{}: task {} of job {} failed",
          queue.stage().queue(),
          task.id(),
          Printable.of(task.job()),
          e);
      return handler.giveUp(task, "defect: " + e.getClass().getSimpleName());
    }
  }

  /**
   * Hands the task off. Repeating is harmless, since a hand-off happens once or not at all. If
   * Redis refuses it each time, the task is given up instead.
   */
  private void complete(Task task, Handoff handoff) {
    Handoff next = handoff;
    int refused = 0;
    while (slots.holds(task)) {
      try {
        if (queue.complete(next)) {
          count(next);
        } else {
          log.info(
              "{}: task {} of job {} belongs to another worker by now",
              queue.stage().queue(),
              task.id(),
              Printable.of(task.job()));
        }
        return;
      } catch (RedisUnavailableException e) {
        log.debug("{}: a hand-off waits for Redis", queue.stage().queue());
      } catch (RuntimeException | Error e) {
        log.error("{}: the hand-off of task {} failed", queue.stage().queue(), task.id(), e);
        refused++;
        if (refused > MAX_REFUSED_HANDOFFS) {
          return;
        }
        if (refused == MAX_REFUSED_HANDOFFS) {
          next = handler.giveUp(task, "its hand-off was refused: " + e.getMessage());
        }
      }
      Pause.of(HANDOFF_RETRY_INTERVAL);
    }
  }
}
