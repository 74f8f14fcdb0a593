package io.dsxconnect.settings;

import java.util.List;

/** Some settings are invalid; the message is one line that lists every fault. */
public final class InvalidSettings extends StartFailure {
  private static final long serialVersionUID = 1L;

  InvalidSettings(List<String> faults) {
    super(String.join("; ", faults));
  }
}
