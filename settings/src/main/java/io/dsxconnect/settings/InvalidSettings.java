package io.dsxconnect.settings;

import java.util.List;

/** Settings that cannot be used; the message is one line with every fault. */
public final class InvalidSettings extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidSettings(List<String> faults) {
    super(String.join("; ", faults));
  }
}
