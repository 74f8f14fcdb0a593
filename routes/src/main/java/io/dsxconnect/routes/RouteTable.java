package io.dsxconnect.routes;

import io.dsxconnect.http.server.JsonAnswer;
import io.dsxconnect.http.server.RequestGate;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Dispatches requests to the routes below one prefix. A request with another method gets 405; a
 * path that differs only by a slash at its end is redirected; other paths go to the server's next
 * handler. Thread-safe.
 */
public final class RouteTable implements Consumer<HttpRouting.Builder> {
  private final String prefix;
  private final List<Entry> entries;

  private record Entry(Route route, PathTemplate template) {}

  /**
   * Collects the routes of all resources, once; they do not change afterwards.
   *
   * @param prefix of every path, for example {@code /dsx-connect/api/v1}; empty for none
   * @param resources in the order of the OpenAPI document
   * @throws IllegalArgumentException if two routes have the same method and path, or a route has no
   *     answer
   */
  public RouteTable(String prefix, List<? extends Resource> resources) {
    this.prefix = prefix;
    List<Entry> all = new ArrayList<>();
    Set<String> unique = new HashSet<>();
    for (Resource resource : resources) {
      for (Route route : resource.routes()) {
        if (!unique.add(route.method() + " " + route.path().replaceAll("\\{[^}]*}", "{}"))) {
          throw new IllegalArgumentException("two routes: " + route.method() + " " + route.path());
        }
        if (route.answers().isEmpty()) {
          throw new IllegalArgumentException("no answer: " + route.method() + " " + route.path());
        }
        all.add(new Entry(route, PathTemplate.of(prefix + route.path())));
      }
    }
    this.entries = List.copyOf(all);
  }

  /** A part of an API that provides routes. */
  public interface Resource {
    /**
     * {@return the routes, with paths below the table's prefix; read once, when the table is made}
     */
    List<Route> routes();
  }

  /** {@return the prefix of every path; empty for none} */
  public String prefix() {
    return prefix;
  }

  /** {@return all routes, in the order of their resources; their paths are without the prefix} */
  public List<Route> routes() {
    return entries.stream().map(Entry::route).toList();
  }

  /**
   * Finds the routes at a path, one per method.
   *
   * @param rawPath with the prefix, encoded as received
   * @return empty if no route has this path
   */
  public List<Route> at(String rawPath) {
    return at(PathTemplate.segments(rawPath)).stream().map(Entry::route).toList();
  }

  /**
   * Finds what a request does, as its route declares it.
   *
   * @param req the request
   * @return by its method if there is no such route
   */
  public RequestGate.Effect effect(ServerRequest req) {
    String method = req.prologue().method().text();
    return at(req.path().rawPath()).stream()
        .filter(route -> route.method().equals(method))
        .findFirst()
        .map(Route::effect)
        .orElse(RequestGate.Effect.BY_METHOD);
  }

  private List<Entry> at(List<String> path) {
    return entries.stream().filter(entry -> entry.template().matches(path)).toList();
  }

  /** Adds the routes to a server. */
  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.any(this::dispatch);
  }

  private void dispatch(ServerRequest req, ServerResponse res) throws Exception {
    List<String> path = PathTemplate.segments(req.path().rawPath());
    List<Entry> matching = at(path);
    for (Entry entry : matching) {
      if (entry.route().method().equals(req.prologue().method().text())) {
        Call call = Call.of(entry.route(), entry.template().values(path), req, res);
        entry.route().handler().handle(call);
        return;
      }
    }
    if (!matching.isEmpty()) {
      String allowed =
          matching.stream()
              .map(entry -> entry.route().method())
              .sorted()
              .distinct()
              .collect(Collectors.joining(", "));
      res.headers().set(HeaderNames.ALLOW, allowed);
      JsonAnswer.send(req, res, 405, Map.of("detail", "Method Not Allowed"));
    } else if (!path.isEmpty() && !at(toggleTrailingSlash(path)).isEmpty()) {
      redirect(req, res);
    } else {
      res.next();
    }
  }

  /** The path with the slash at its end removed or added. */
  private static List<String> toggleTrailingSlash(List<String> path) {
    if (path.getLast().isEmpty()) {
      return path.subList(0, path.size() - 1);
    }
    List<String> longer = new ArrayList<>(path);
    longer.add("");
    return longer;
  }

  /**
   * Redirects to the route that differs only by a slash at its end, as the original product does.
   * The location is relative: it repeats nothing that the client says about this server's name.
   */
  private static void redirect(ServerRequest req, ServerResponse res) {
    String path = req.path().rawPath();
    String query = req.query().isEmpty() ? "" : "?" + req.query().rawValue();
    res.headers()
        .set(
            HeaderNames.LOCATION,
            (path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/") + query);
    res.status(Status.TEMPORARY_REDIRECT_307).send();
  }
}
