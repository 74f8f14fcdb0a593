package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a JSON value is as a whole number. As in the original product, a number may be written as a
 * string or with a zero fraction.
 */
sealed interface WholeNumber {
  /** A number in the range of a long. */
  record Value(long number) implements WholeNumber {}

  /**
   * Any other value.
   *
   * @param type of the {@link Problem}
   * @param message of the {@link Problem}
   */
  record Fault(String type, String message) implements WholeNumber {}

  /** The type for another JSON type. */
  Fault NOT_A_NUMBER = new Fault("int_type", "Input should be a valid integer");

  /** The type for a text that is not a number, and for a number out of range. */
  Fault NOT_PARSED =
      new Fault(
          "int_parsing", "Input should be a valid integer, unable to parse string as an integer");

  /** The type for a number with a fraction, and for one that a double does not hold exactly. */
  Fault FRACTION =
      new Fault(
          "int_from_float", "Input should be a valid integer, got a number with a fractional part");

  static WholeNumber of(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? new Value(value.longValue()) : NOT_PARSED;
    }
    if (value.isNumber()) {
      double number = value.doubleValue();
      return number == Math.rint(number) && Math.abs(number) < 1L << 53
          ? new Value((long) number)
          : FRACTION;
    }
    if (value.isTextual()) {
      try {
        return new Value(Long.parseLong(value.textValue().strip()));
      } catch (NumberFormatException e) {
        return NOT_PARSED;
      }
    }
    return NOT_A_NUMBER;
  }
}
