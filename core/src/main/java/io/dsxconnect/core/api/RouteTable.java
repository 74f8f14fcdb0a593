package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.RedisAway;
import io.dsxconnect.http.HttpServer;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** All routes of the API: what is served, what is documented, and who may call it. */
public final class RouteTable implements Consumer<HttpRouting.Builder> {
  private final List<Route> routes;

  /**
   * @throws IllegalArgumentException when a route is there twice or lacks an answer
   */
  public RouteTable(List<Resource> resources) {
    List<Route> all = new ArrayList<>();
    resources.forEach(resource -> all.addAll(resource.routes()));
    Set<String> seen = new HashSet<>();
    for (Route route : all) {
      if (!seen.add(route.method() + " " + route.path().replaceAll("\\{[^}]*}", "{}"))) {
        throw new IllegalArgumentException("two routes: " + route.method() + " " + route.path());
      }
      if (route.answers().isEmpty()) {
        throw new IllegalArgumentException("no answer: " + route.method() + " " + route.path());
      }
    }
    this.routes = List.copyOf(all);
  }

  /** A part of the API: its routes. */
  public interface Resource {
    List<Route> routes();
  }

  public List<Route> routes() {
    return routes;
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.error(
        RedisAway.class,
        (req, res, e) -> {
          res.header("Retry-After", "2");
          HttpServer.send(res, 503, Map.of("detail", "job_store_unavailable"));
        });
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    for (Route route : routes) {
      String path = Routes.API + route.path();
      routing.route(
          Method.create(route.method()),
          path,
          (req, res) -> route.handler().handle(Call.of(route, req, res)));
      methods.computeIfAbsent(path, p -> new TreeSet<>()).add(route.method());
    }
    methods.forEach(
        (path, allowed) ->
            routing.any(
                path,
                (req, res) -> {
                  res.headers().set(HeaderNames.ALLOW, String.join(", ", allowed));
                  HttpServer.send(res, 405, Map.of("detail", "Method Not Allowed"));
                }));
    routing.any(this::withoutTrailingSlash);
  }

  /** A path that is ours but for a slash at its end is shown the way, as the original did. */
  private void withoutTrailingSlash(ServerRequest req, ServerResponse res) {
    String path = req.path().rawPath();
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (path.equals(trimmed) || !isOurs(trimmed)) {
      res.next();
      return;
    }
    String query = req.query().isEmpty() ? "" : "?" + req.query().rawValue();
    res.headers()
        .set(
            HeaderNames.LOCATION,
            (req.isSecure() ? "https://" : "http://") + req.authority() + trimmed + query);
    res.status(io.helidon.http.Status.TEMPORARY_REDIRECT_307).send();
  }

  private boolean isOurs(String path) {
    if (!path.startsWith(Routes.API + "/")) {
      return false;
    }
    String[] given = path.substring(Routes.API.length()).split("/", -1);
    return routes.stream().anyMatch(route -> matches(route.path().split("/", -1), given));
  }

  private static boolean matches(String[] template, String[] given) {
    return template.length == given.length
        && Arrays.equals(
            template, given, (t, g) -> t.startsWith("{") && !g.isEmpty() ? 0 : t.compareTo(g));
  }
}
