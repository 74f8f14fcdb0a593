package io.dsxconnect.http.server;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to answer a request with an error status. The body is {@code {"detail": ...}}
 * unless another one is given. Has no stack trace.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient @Nullable Object body;

  private Refusal(int status, String detail, @Nullable Object body) {
    super(detail, null, false, false);
    this.status = status;
    this.body = body;
  }

  /** A refusal with the body {@code {"detail": detail}}. */
  public static Refusal of(int status, String detail) {
    return new Refusal(status, detail, null);
  }

  /**
   * A refusal with any body.
   *
   * @param body written as JSON
   */
  public static Refusal withBody(int status, Object body) {
    return new Refusal(status, "HTTP " + status, body);
  }

  /** The HTTP status to send. */
  public int status() {
    return status;
  }

  /** The JSON body to send. */
  public Object body() {
    return body != null ? body : java.util.Map.of("detail", String.valueOf(getMessage()));
  }
}
