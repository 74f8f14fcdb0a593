package io.dsxconnect.core.record;

/** Thrown when as many searches as are allowed are at work, or one would take too long. */
public final class SearchesBusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SearchesBusyException(String message) {
    super(message, null, false, false);
  }
}
