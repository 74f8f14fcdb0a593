package io.dsxconnect.settings;

/**
 * A setting that was asked for: what it is, and what it is now.
 *
 * @param type for people, for example {@code seconds, 1 or more}
 * @param unset the default, for people
 * @param about one line that says what it does
 * @param value now in force, secrets masked
 * @param source where that comes from
 */
public record Setting(
    String name, String type, String unset, String about, String value, Source source) {

  /** Where a value comes from. */
  public enum Source {
    DEFAULT,
    ENVIRONMENT,
    /** The file that {@code NAME_FILE} names. */
    FILE,
    /** An older name that stands for this one. */
    OLDER_NAME
  }
}
