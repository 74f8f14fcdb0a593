package io.dsxconnect.core.queue;

/** The four stages, by the documented names of their queues. */
public enum Stage {
  SCAN("scan_request_queue", "scan_request"),
  ACTION("verdict_action_queue", "verdict_action"),
  RESULT("scan_result_queue", "scan_result"),
  NOTIFY("scan_result_notification_queue", "scan_result_notification");

  private final String queue;
  private final String deadLetters;

  Stage(String queue, String deadLetters) {
    this.queue = queue;
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
