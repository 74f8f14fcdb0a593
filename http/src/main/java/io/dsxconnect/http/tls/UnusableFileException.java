package io.dsxconnect.http.tls;

/** A file has no usable certificate or key, or cannot be read; the message is for the operator. */
final class UnusableFileException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableFileException(String message) {
    super(message);
  }
}
