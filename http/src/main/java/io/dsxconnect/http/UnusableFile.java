package io.dsxconnect.http;

/** A file that is no certificate or key, or cannot be read; the message is for the operator. */
final class UnusableFile extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableFile(String message) {
    super(message);
  }
}
