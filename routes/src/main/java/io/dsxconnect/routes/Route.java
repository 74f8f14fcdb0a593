package io.dsxconnect.routes;

import io.dsxconnect.http.server.RequestGate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One route: method and path, access, parameters, body, answers, and handler. Routing, validation,
 * access control and the OpenAPI document are derived from it. Immutable.
 *
 * @param method of HTTP, in upper case
 * @param path below the table's prefix, with {@code {names}} for parameters
 * @param access the access that a caller needs
 * @param summary one line for the OpenAPI document
 * @param params the parameters of path and query; others are ignored
 * @param body the record that describes the JSON body in the OpenAPI document; null for no body
 * @param maxBodyBytes the maximum length of the body in bytes
 * @param answers at least one
 * @param effect what a request does beyond its method, for the checks of requests by browsers
 * @param handler answers the requests
 */
public record Route(
    String method,
    String path,
    Access access,
    String summary,
    List<Param> params,
    @Nullable Class<?> body,
    int maxBodyBytes,
    List<Answer> answers,
    RequestGate.Effect effect,
    Handler handler) {

  /** Handles the requests to a route; called by many threads at once. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request; may block.
     *
     * @param call the request, with validated parameters
     * @throws Exception the server answers it with an error
     */
    void handle(Call call) throws Exception;
  }

  /**
   * An answer of a route, for the OpenAPI document.
   *
   * @param status of HTTP
   * @param description one line on when the route answers so
   * @param model a record, an array class such as {@code Record[].class} for a list of records, or
   *     null for any other content
   */
  public record Answer(int status, String description, @Nullable Class<?> model) {}

  /**
   * Starts a GET route.
   *
   * @param path below the table's prefix, with {@code {names}} for parameters
   * @param access the access that a caller needs
   * @param summary one line for the OpenAPI document
   * @return a builder that {@link Builder#to} completes
   */
  public static Builder get(String path, Access access, String summary) {
    return new Builder("GET", path, access, summary);
  }

  /**
   * Starts a POST route.
   *
   * @param path below the table's prefix, with {@code {names}} for parameters
   * @param access the access that a caller needs
   * @param summary one line for the OpenAPI document
   * @return a builder that {@link Builder#to} completes
   */
  public static Builder post(String path, Access access, String summary) {
    return new Builder("POST", path, access, summary);
  }

  /**
   * Starts a PUT route.
   *
   * @param path below the table's prefix, with {@code {names}} for parameters
   * @param access the access that a caller needs
   * @param summary one line for the OpenAPI document
   * @return a builder that {@link Builder#to} completes
   */
  public static Builder put(String path, Access access, String summary) {
    return new Builder("PUT", path, access, summary);
  }

  /**
   * Starts a DELETE route.
   *
   * @param path below the table's prefix, with {@code {names}} for parameters
   * @param access the access that a caller needs
   * @param summary one line for the OpenAPI document
   * @return a builder that {@link Builder#to} completes
   */
  public static Builder delete(String path, Access access, String summary) {
    return new Builder("DELETE", path, access, summary);
  }

  /** Collects the parts of a route; {@link #to} completes it. Not thread-safe. */
  public static final class Builder {
    private final String method;
    private final String path;
    private final Access access;
    private final String summary;
    private final List<Param> params = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private @Nullable Class<?> body;
    private int maxBodyBytes = 1 << 20;
    private RequestGate.Effect effect = RequestGate.Effect.BY_METHOD;

    private Builder(String method, String path, Access access, String summary) {
      this.method = method;
      this.path = path;
      this.access = access;
      this.summary = summary;
    }

    /**
     * Adds path and query parameters.
     *
     * @param more in the order of the OpenAPI document
     * @return this builder
     */
    public Builder with(Param... more) {
      params.addAll(List.of(more));
      return this;
    }

    /**
     * Declares a JSON body of at most 1 MiB.
     *
     * @param model the record that describes the body in the OpenAPI document
     * @return this builder
     */
    public Builder body(Class<?> model) {
      this.body = model;
      return this;
    }

    /**
     * Declares a JSON body.
     *
     * @param model the record that describes the body in the OpenAPI document
     * @param maxBytes the maximum length of the body in bytes
     * @return this builder
     */
    public Builder body(Class<?> model, int maxBytes) {
      this.maxBodyBytes = maxBytes;
      return body(model);
    }

    /**
     * Declares an answer without a model; one of 400 or above has {@code {"detail": ...}}.
     *
     * @param status of HTTP
     * @param description one line on when the route answers so
     * @return this builder
     */
    public Builder answers(int status, String description) {
      answers.add(new Answer(status, description, null));
      return this;
    }

    /**
     * Declares an answer with a JSON body.
     *
     * @param status of HTTP
     * @param description one line on when the route answers so
     * @param model a record, or an array class for a list of records
     * @return this builder
     */
    public Builder answers(int status, String description, Class<?> model) {
      answers.add(new Answer(status, description, model));
      return this;
    }

    /**
     * Declares that the route changes or starts something although its method is GET, so that a
     * page of another origin may not call it.
     *
     * @return this builder
     */
    public Builder acts() {
      this.effect = RequestGate.Effect.ACTS;
      return this;
    }

    /**
     * Declares a health check or metrics, which answer under any host name.
     *
     * @return this builder
     */
    public Builder probe() {
      this.effect = RequestGate.Effect.PROBE;
      return this;
    }

    /**
     * Completes the route.
     *
     * @param handler answers the requests; called by many threads at once
     * @return the immutable route
     */
    public Route to(Handler handler) {
      return new Route(
          method,
          path,
          access,
          summary,
          List.copyOf(params),
          body,
          maxBodyBytes,
          List.copyOf(answers),
          effect,
          handler);
    }
  }
}
