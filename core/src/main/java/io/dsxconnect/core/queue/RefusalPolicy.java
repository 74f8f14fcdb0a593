package io.dsxconnect.core.queue;

import java.time.Duration;

/**
 * How often the scanner may refuse a file while it accepts others, and how long the file waits in
 * between: twice as long each time.
 *
 * @param maxTurns refusals before the file is given up
 * @param first the first wait
 * @param longest the longest wait
 */
public record RefusalPolicy(int maxTurns, Duration first, Duration longest) {
  /** 12 turns, from one second to one minute: about seven minutes in all. */
  public static final RefusalPolicy DEFAULT =
      new RefusalPolicy(12, Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** Whether this is the task's last turn. */
  public boolean last(Task task) {
    return task.turns() + 1 >= maxTurns;
  }

  /** How long the task waits for its next turn. */
  public Duration wait(Task task) {
    Duration wait = first.multipliedBy(1L << Math.min(task.turns(), 16));
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
