package io.dsxconnect.settings;

/** A value that never prints itself. */
public record Secret(String value) {
  /** What stands for any secret. */
  public static final String MASK = "**********";

  @Override
  public String toString() {
    return MASK;
  }
}
