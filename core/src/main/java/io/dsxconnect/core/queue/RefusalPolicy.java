package io.dsxconnect.core.queue;

import java.time.Duration;

/**
 * How often a file may be refused while others are taken, and how long it waits in between: the
 * first wait doubles with each turn.
 *
 * @param most turns before the file is given up
 */
public record RefusalPolicy(int most, Duration first, Duration longest) {
  /** About seven minutes in all. */
  public static final RefusalPolicy USUAL =
      new RefusalPolicy(12, Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** Whether this turn is the task's last. */
  public boolean last(Task task) {
    return task.turns() + 1 >= most;
  }

  /** How long this task waits for its next turn. */
  public Duration wait(Task task) {
    Duration wait = first.multipliedBy(1L << Math.min(task.turns(), 16));
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
