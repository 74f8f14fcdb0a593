package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One option of a connector as a form shows it; immutable. Make one with {@link #builder}.
 *
 * @param name the key of {@code PUT config}
 * @param label for people
 * @param help one line on what the option does
 * @param type what values it has
 * @param choices the values to choose from; null unless {@code type} is {@link Type#CHOICE}
 * @param unit of a number; null for none
 * @param defaultValue a text, number or boolean, in JSON {@code default}; null for none
 * @param value the value in force, of the same type; null for none, and for a secret
 * @param source where the value comes from; null if unknown
 * @param setting the environment variable; null for none
 * @param editable whether {@code PUT config} changes it
 * @param reason why it cannot be changed there; null if it can
 */
public record ConfigField(
    String name,
    String label,
    String help,
    Type type,
    @Nullable List<Choice> choices,
    @Nullable String unit,
    @JsonProperty("default") @Nullable Object defaultValue,
    @Nullable Object value,
    @Nullable Source source,
    @Nullable String setting,
    boolean editable,
    @Nullable String reason) {
  private static final int MAX_NAME_CHARS = 128;
  private static final int MAX_TEXT_CHARS = 2 * 1024;
  private static final int MAX_VALUE_CHARS = 16 * 1024;
  private static final int MAX_CHOICES = 100;

  /** What values an option has. */
  public enum Type implements WireName {
    /** Any text. */
    TEXT,
    /** One of the choices. */
    CHOICE,
    /** True or false. */
    BOOLEAN,
    /** A number. */
    NUMBER,
    /** A text that is never shown. */
    SECRET;

    @Override
    @JsonValue
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Where a value comes from. */
  public enum Source implements WireName {
    /** The environment, or a file that it names. */
    ENVIRONMENT,
    /** Nobody has set it. */
    DEFAULT,
    /** A change at run time. */
    SET_HERE;

    @Override
    @JsonValue
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A value to choose.
   *
   * @param value as in {@code PUT config}
   * @param label for people
   */
  public record Choice(String value, String label) {}

  /**
   * Starts an option without a value, that cannot be changed.
   *
   * @param name the key of {@code PUT config}
   * @param label for people
   * @param type what values it has
   * @return a builder with these defaults
   */
  public static Builder builder(String name, String label, Type type) {
    return new Builder(name, label, type);
  }

  /**
   * Reads an option from another program. Texts that are too long are cut off; a name that is too
   * long, and a value that is, make the option unusable. The value of a secret is dropped.
   *
   * @param node any JSON value
   * @return empty if it is not an option, or of an unknown type
   */
  public static Optional<ConfigField> read(JsonNode node) {
    String name = node.path("name").asText("");
    Type type = type(node.path("type"));
    if (name.isBlank()
        || name.length() > MAX_NAME_CHARS
        || type == null
        || !isUsable(node.path("value"))
        || !isUsable(node.path("default"))) {
      return Optional.empty();
    }
    Builder field =
        builder(name, text(node.path("label"), name), type)
            .help(text(node.path("help"), ""))
            .unit(nullableText(node.path("unit")))
            .setting(nullableText(node.path("setting")))
            .defaultValue(scalar(node.path("default"), type))
            .value(scalar(node.path("value"), type), source(node.path("source")));
    if (type == Type.CHOICE) {
      field.choices(choices(node.path("choices")));
    }
    return Optional.of(
        node.path("editable").booleanValue()
            ? field.editable().build()
            : field.fixed(text(node.path("reason"), "")).build());
  }

  private static boolean isUsable(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || value.isBoolean()
        || value.isNumber()
        || (value.isTextual() && value.asText().length() <= MAX_VALUE_CHARS);
  }

  private static @Nullable Object scalar(JsonNode value, Type type) {
    if (type == Type.SECRET || value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (type == Type.BOOLEAN && value.isBoolean()) {
      return value.asBoolean();
    }
    return type == Type.NUMBER && value.isNumber() ? value.numberValue() : value.asText();
  }

  private static List<Choice> choices(JsonNode list) {
    List<Choice> choices = new ArrayList<>();
    for (JsonNode choice : list) {
      String value = choice.path("value").asText("");
      if (choices.size() < MAX_CHOICES && !value.isEmpty() && value.length() <= MAX_TEXT_CHARS) {
        choices.add(new Choice(value, text(choice.path("label"), value)));
      }
    }
    return choices;
  }

  private static @Nullable Type type(JsonNode word) {
    for (Type one : Type.values()) {
      if (one.wire().equals(word.asText())) {
        return one;
      }
    }
    return null;
  }

  private static @Nullable Source source(JsonNode word) {
    for (Source one : Source.values()) {
      if (one.wire().equals(word.asText())) {
        return one;
      }
    }
    return null;
  }

  private static String text(JsonNode node, String absent) {
    String text = node.isTextual() ? node.asText() : absent;
    return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS);
  }

  private static @Nullable String nullableText(JsonNode node) {
    return node.isTextual() ? text(node, "") : null;
  }

  /** Collects the components of an option. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final String label;
    private final Type type;
    private String help = "";
    private @Nullable List<Choice> choices;
    private @Nullable String unit;
    private @Nullable Object defaultValue;
    private @Nullable Object value;
    private @Nullable Source source;
    private @Nullable String setting;
    private boolean editable;
    private @Nullable String reason;

    private Builder(String name, String label, Type type) {
      this.name = name;
      this.label = label;
      this.type = type;
    }

    /**
     * Sets what the option does.
     *
     * @param help one line
     * @return this builder
     */
    public Builder help(String help) {
      this.help = help;
      return this;
    }

    /**
     * Sets the values to choose from.
     *
     * @param choices in the order to show
     * @return this builder
     */
    public Builder choices(List<Choice> choices) {
      this.choices = List.copyOf(choices);
      return this;
    }

    /**
     * Sets the unit of a number.
     *
     * @param unit null for none
     * @return this builder
     */
    public Builder unit(@Nullable String unit) {
      this.unit = unit;
      return this;
    }

    /**
     * Sets the default.
     *
     * @param value a text, number or boolean; null for none
     * @return this builder
     */
    public Builder defaultValue(@Nullable Object value) {
      this.defaultValue = value;
      return this;
    }

    /**
     * Sets the value in force.
     *
     * @param value a text, number or boolean; null for none
     * @param source where it comes from; null if unknown
     * @return this builder
     */
    public Builder value(@Nullable Object value, @Nullable Source source) {
      this.value = value;
      this.source = source;
      return this;
    }

    /**
     * Sets the environment variable.
     *
     * @param setting its name; null for none
     * @return this builder
     */
    public Builder setting(@Nullable String setting) {
      this.setting = setting;
      return this;
    }

    /**
     * Allows changes.
     *
     * @return this builder
     */
    public Builder editable() {
      this.editable = true;
      this.reason = null;
      return this;
    }

    /**
     * Forbids changes.
     *
     * @param reason why, and where to change it
     * @return this builder
     */
    public Builder fixed(String reason) {
      this.editable = false;
      this.reason = reason;
      return this;
    }

    /** {@return the option} */
    public ConfigField build() {
      return new ConfigField(
          name,
          label,
          help,
          type,
          choices,
          unit,
          defaultValue,
          value,
          source,
          setting,
          editable,
          reason);
    }
  }
}
