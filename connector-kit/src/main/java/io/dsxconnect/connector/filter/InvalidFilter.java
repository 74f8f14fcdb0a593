package io.dsxconnect.connector.filter;

/** A filter that cannot be read; the message names the token and what is wrong with it. */
public final class InvalidFilter extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidFilter(String message) {
    super(message);
  }
}
