package io.dsxconnect.core.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains why a Redis that answers refuses writes, with the remedy. */
final class WriteRefusals {
  /** At the beginning of the error, or after its description of the failed script. */
  private static final Pattern REFUSAL =
      Pattern.compile("(?:^|[ -])(OOM|MISCONF|READONLY|NOREPLICAS|MASTERDOWN|FORMAT) ");

  static final String OUT_OF_MEMORY = "out of memory";

  private WriteRefusals() {}

  /** The explanation; empty when the error does not mean that writes are refused. */
  static Optional<String> refusal(String error) {
    Matcher refusal = REFUSAL.matcher(error);
    if (!refusal.find()) {
      return Optional.empty();
    }
    return Optional.of(
        refusal.group(1).equals("FORMAT")
            ? "a newer dsx-connect stores its data in another way; run that version everywhere"
            : "Redis refuses writes: " + remedy(refusal.group(1)));
  }

  private static String remedy(String refusal) {
    return switch (refusal) {
      case "OOM" -> OUT_OF_MEMORY + "; raise maxmemory";
      case "MISCONF" -> "it cannot save to its disk; look at its log and its disk";
      case "READONLY" -> "it is a replica; set DSXCONNECT_REDIS_URL to its master";
      case "MASTERDOWN" -> "it is a replica that lost its master; start the master";
      default -> "too few replicas follow it; start them, or lower min-replicas-to-write";
    };
  }
}
