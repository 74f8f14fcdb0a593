package io.dsxconnect.connector.filter;

/** A filter that cannot be parsed. The message names the token and its error, in one line. */
public final class InvalidFilter extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidFilter(String message) {
    super(message);
  }
}
