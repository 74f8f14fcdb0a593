package io.dsxconnect.core.queue;

import io.dsxconnect.core.redis.QueueName;

/** The four stages of the pipeline. */
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

  /** The documented name of the stage's queue. */
  public String queue() {
    return queue;
  }

  /** The documented name of the queue of the stage's dead letters. */
  public String deadLetters() {
    return deadLetters;
  }
}
