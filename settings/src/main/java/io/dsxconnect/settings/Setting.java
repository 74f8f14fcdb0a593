package io.dsxconnect.settings;

/**
 * A declared setting and its current value, as text for people. Immutable.
 *
 * @param name the environment variable
 * @param type for example {@code seconds, 1 or more}
 * @param defaultValue empty if there is none
 * @param help one line on what the setting does
 * @param value the value in use, with secrets masked
 * @param source where the value comes from
 */
public record Setting(
    String name, String type, String defaultValue, String help, String value, Source source) {

  /** Where a value comes from. */
  public enum Source {
    /** The setting is not set. */
    DEFAULT,
    /** The environment variable of the setting's own name. */
    ENVIRONMENT,
    /** The file in {@code NAME_FILE}. */
    FILE,
    /** An older name of the setting. */
    OLDER_NAME
  }
}
