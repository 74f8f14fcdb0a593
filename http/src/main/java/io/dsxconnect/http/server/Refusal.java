package io.dsxconnect.http.server;

import org.jspecify.annotations.Nullable;

/**
 * A handler's way to answer an error: status and body. {@code detail} becomes {@code {"detail":
 * ...}} unless a body of its own is given.
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

  /** Answers {@code {"detail": detail}}. */
  public static Refusal of(int status, String detail) {
    return new Refusal(status, detail, null);
  }

  /** Answers a body of its own. */
  public static Refusal withBody(int status, Object body) {
    return new Refusal(status, "HTTP " + status, body);
  }

  public int status() {
    return status;
  }

  /** The JSON body to send. */
  public Object body() {
    return body != null ? body : java.util.Map.of("detail", String.valueOf(getMessage()));
  }
}
