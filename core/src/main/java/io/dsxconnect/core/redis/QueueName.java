package io.dsxconnect.core.redis;

/**
 * The documented names of the four stages' queues, which begin the names of the stages' keys.
 * Scripts know them as constants of the same names: {@code SCAN}, {@code ACTION}, ...
 */
public enum QueueName {
  SCAN("scan_request_queue"),
  ACTION("verdict_action_queue"),
  RESULT("scan_result_queue"),
  NOTIFY("scan_result_notification_queue");

  private final String text;

  QueueName(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** The Lua constant. */
  String luaConstant() {
    return "local %s = '%s'\n".formatted(name(), text);
  }
}
