package io.dsxconnect.core.queue;

import io.dsxconnect.core.redis.QueueName;

/** The four stages, by the documented names of their queues. */
public enum Stage {
  SCAN(QueueName.SCAN, "scan_request"),
  ACTION(QueueName.ACTION, "verdict_action"),
  RESULT(QueueName.RESULT, "scan_result"),
  NOTIFY(QueueName.NOTIFY, "scan_result_notification");

  private final String queue;
  private final String deadLetters;

  Stage(QueueName queue, String deadLetters) {
    this.queue = queue.text();
    this.deadLetters = deadLetters;
  }

  public String queue() {
    return queue;
  }

  /** Under which name its dead letters are kept. */
  public String deadLetters() {
    return deadLetters;
  }
}
