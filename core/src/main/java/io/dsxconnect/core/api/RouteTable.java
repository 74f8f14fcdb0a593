package io.dsxconnect.core.api;

import io.dsxconnect.core.redis.IntakeClosedException;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.http.server.HttpServer;
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
        RedisUnavailableException.class,
        (req, res, e) -> {
          boolean closed = e instanceof IntakeClosedException;
          res.header("Retry-After", closed ? "10" : "2");
          String why = closed ? String.valueOf(e.getMessage()) : "job_store_unavailable";
          HttpServer.send(res, 503, Map.of("detail", why));
        });
    routing.any(this::dispatch);
  }

  /** The routes at a path, whatever their methods. */
  List<Route> at(List<String> path) {
    return routes.stream().filter(route -> route.template().fits(path)).toList();
  }

  private void dispatch(ServerRequest req, ServerResponse res) throws Exception {
    List<String> path = PathTemplate.segments(req.path().rawPath());
    List<Route> here = at(path);
    for (Route route : here) {
      if (route.method().equals(req.prologue().method().text())) {
        route.handler().handle(Call.of(route, route.template().values(path), req, res));
        return;
      }
    }
    if (!here.isEmpty()) {
      String allowed =
          here.stream().map(Route::method).sorted().distinct().collect(Collectors.joining(", "));
      res.headers().set(HeaderNames.ALLOW, allowed);
      HttpServer.send(req, res, 405, Map.of("detail", "Method Not Allowed"));
    } else if (path.size() > 1
        && path.getLast().isEmpty()
        && !at(path.subList(0, path.size() - 1)).isEmpty()) {
      redirect(req, res);
    } else {
      res.next();
    }
  }

  /** A path that is ours but for a slash at its end is shown the way, as the original did. */
  private static void redirect(ServerRequest req, ServerResponse res) {
    String path = req.path().rawPath();
    String query = req.query().isEmpty() ? "" : "?" + req.query().rawValue();
    res.headers()
        .set(
            HeaderNames.LOCATION,
            (req.isSecure() ? "https://" : "http://")
                + req.authority()
                + path.substring(0, path.length() - 1)
                + query);
    res.status(Status.TEMPORARY_REDIRECT_307).send();
  }
}
