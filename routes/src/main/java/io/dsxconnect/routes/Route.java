package io.dsxconnect.routes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One route: where it is, who may call it, what it takes and gives, and what does the work.
 * Routing, validation, access and the OpenAPI document all come from here.
 *
 * @param path below the table's prefix, with {@code {names}}
 * @param body what the body must be; null when none is read
 * @param longestBody in bytes
 */
public record Route(
    String method,
    String path,
    Access access,
    String summary,
    List<Param> params,
    @Nullable Class<?> body,
    int longestBody,
    List<Answer> answers,
    Handler handler) {

  /** Does the work of a route. */
  @FunctionalInterface
  public interface Handler {
    void handle(Call call) throws Exception;
  }

  /**
   * An answer that a client must expect.
   *
   * @param model a record, {@code Record[].class} for a list of it, or null for other content
   */
  public record Answer(int status, String description, @Nullable Class<?> model) {}

  public static Builder get(String path, Access access, String summary) {
    return new Builder("GET", path, access, summary);
  }

  public static Builder post(String path, Access access, String summary) {
    return new Builder("POST", path, access, summary);
  }

  public static Builder put(String path, Access access, String summary) {
    return new Builder("PUT", path, access, summary);
  }

  public static Builder delete(String path, Access access, String summary) {
    return new Builder("DELETE", path, access, summary);
  }

  /** Collects what a route is; {@link #to} ends it. */
  public static final class Builder {
    private final String method;
    private final String path;
    private final Access access;
    private final String summary;
    private final List<Param> params = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private @Nullable Class<?> body;
    private int longestBody = 1 << 20;

    private Builder(String method, String path, Access access, String summary) {
      this.method = method;
      this.path = path;
      this.access = access;
      this.summary = summary;
    }

    public Builder with(Param... more) {
      params.addAll(List.of(more));
      return this;
    }

    public Builder body(Class<?> model) {
      this.body = model;
      return this;
    }

    public Builder body(Class<?> model, int longest) {
      this.longestBody = longest;
      return body(model);
    }

    public Builder answers(int status, String description) {
      answers.add(new Answer(status, description, null));
      return this;
    }

    public Builder answers(int status, String description, Class<?> model) {
      answers.add(new Answer(status, description, model));
      return this;
    }

    public Route to(Handler handler) {
      return new Route(
          method,
          path,
          access,
          summary,
          List.copyOf(params),
          body,
          longestBody,
          List.copyOf(answers),
          handler);
    }
  }
}
