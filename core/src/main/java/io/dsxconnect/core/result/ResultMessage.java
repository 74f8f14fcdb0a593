package io.dsxconnect.core.result;

import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.record.Results;

/**
 * What travels in {@code scan_result_queue}: a verdict (counted, recorded) or the outcome of an
 * action (changes the record). The connector is left out; the task's origin names it.
 */
public record ResultMessage(Kind kind, ScanResult result) {

  /** Which of the two. */
  public enum Kind {
    VERDICT,
    ACTION
  }

  public String encode() {
    return (kind == Kind.VERDICT ? "V" : "A") + io.dsxconnect.contract.Json.text(result);
  }

  public static ResultMessage decode(String text) {
    return new ResultMessage(kindOf(text), Results.parse(text.substring(1)));
  }

  /** Known even of a message that is not readable; counted, if in doubt. */
  static Kind kindOf(String text) {
    return text.startsWith("A") ? Kind.ACTION : Kind.VERDICT;
  }
}
