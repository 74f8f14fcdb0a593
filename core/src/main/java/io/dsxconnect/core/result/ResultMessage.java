package io.dsxconnect.core.result;

import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.record.RecordReader;

/**
 * The body of a task in {@code scan_result_queue}: a verdict, which is recorded and counted, or the
 * outcome of an action, which changes the record. It omits the connector, which the task's origin
 * holds.
 */
public record ResultMessage(Kind kind, ScanResult result) {

  /** What the message reports. */
  public enum Kind {
    VERDICT,
    ACTION
  }

  public String encode() {
    return (kind == Kind.VERDICT ? "V" : "A") + io.dsxconnect.contract.Json.text(result);
  }

  /**
   * @throws IllegalStateException if the text is not a message
   */
  public static ResultMessage decode(String text) {
    return new ResultMessage(kindOf(text), RecordReader.parse(text.substring(1)));
  }

  /** The kind, also of an unreadable message; in doubt a verdict, which is counted. */
  static Kind kindOf(String text) {
    return text.startsWith("A") ? Kind.ACTION : Kind.VERDICT;
  }
}
