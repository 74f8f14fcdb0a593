package io.dsxconnect.core.queue;

import java.time.Duration;

/**
 * How often the scanner may refuse a file while it accepts others, and how long the file waits in
 * between: twice as long each time.
 *
 * @param maxRefusals refusals before the file is given up
 * @param first the first wait
 * @param longest the longest wait
 */
public record RefusalPolicy(int maxRefusals, Duration first, Duration longest) {
  /** 12 refusals, with waits from one second to one minute: about seven minutes in all. */
  public static final RefusalPolicy DEFAULT =
      new RefusalPolicy(12, Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** Whether a further refusal of this task is its last. */
  public boolean last(Task task) {
    return task.refusals() + 1 >= maxRefusals;
  }

  /** How long the task waits after its next refusal. */
  public Duration wait(Task task) {
    Duration wait = first.multipliedBy(1L << Math.min(task.refusals(), 16));
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
