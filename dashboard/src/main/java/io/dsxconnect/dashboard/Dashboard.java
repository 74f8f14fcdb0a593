package io.dsxconnect.dashboard;

import io.dsxconnect.http.server.StaticFile;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Serves the dashboard from memory. Every address of a page answers with the same document, whose
 * script shows the page that the address names; an address without a page answers 404 with it to a
 * browser. All other files are below a path that contains a digest of them all, so that a browser
 * keeps them for good and never mixes two versions. Immutable.
 */
public final class Dashboard implements Consumer<HttpRouting.Builder> {
  /** Nothing comes from elsewhere, nothing is inline, and no text becomes markup or script. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types dsx";

  /**
   * The policy of a worker comes with its script. It may connect to this server only, for events.
   */
  private static final String ASSET_POLICY =
      "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

  private static final List<String> PAGES =
      List.of(
          "/",
          "/connectors",
          "/jobs",
          "/results",
          "/dead-letters",
          "/settings",
          "/first-run",
          "/help");

  private static final String JOB = "/jobs/";

  /** Below these are no pages: a client of the API gets JSON, whatever it accepts. */
  private static final List<String> NOT_PAGES = List.of("/dsx-connect/", "/assets/");

  private static final long ONE_YEAR_SECONDS = 31_536_000;

  private final StaticFile document;
  private final Map<String, StaticFile> assets;

  /**
   * Reads all files.
   *
   * @param version of the product, as the page shows it
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  public Dashboard(String version) {
    SiteFiles files = SiteFiles.read();
    String path = "/assets/" + files.digest(version);
    this.document =
        new StaticFile(
                document(files, path, version).getBytes(StandardCharsets.UTF_8),
                "text/html; charset=utf-8",
                0)
            .with("Content-Security-Policy", POLICY)
            .with("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    this.assets =
        files.assets().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    file -> path + "/" + file.getKey(),
                    file ->
                        new StaticFile(
                                file.getValue(), SiteFiles.type(file.getKey()), ONE_YEAR_SECONDS)
                            .with("Content-Security-Policy", ASSET_POLICY)
                            .with(
                                "Cache-Control",
                                "public, max-age=" + ONE_YEAR_SECONDS + ", immutable")));
  }

  private static String document(SiteFiles files, String path, String version) {
    // The browser fetches all modules at once instead of one level of imports after the other.
    String modules =
        files.assets().keySet().stream()
            .filter(name -> name.endsWith(".js"))
            .map(name -> "<link rel=\"modulepreload\" href=\"" + path + "/" + name + "\">")
            .collect(Collectors.joining("\n    "));
    return files
        .document()
        .replace("{modules}", modules)
        .replace("{assets}", path)
        .replace("{version}", version);
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    PAGES.forEach(page -> serve(routing, page, document));
    serve(routing, JOB + "*", this::answerJob);
    assets.forEach((path, file) -> serve(routing, path, file));
    routing.any(this::answerUnknown);
  }

  private static void serve(HttpRouting.Builder routing, String path, Handler handler) {
    routing.get(path, handler);
    routing.head(path, handler);
  }

  /** The id of a job is one segment; it may contain an encoded slash. */
  private void answerJob(ServerRequest request, ServerResponse response) {
    if (request.path().rawPath().indexOf('/', JOB.length()) < 0) {
      document.handle(request, response);
    } else {
      response.next();
    }
  }

  /** A browser that opens an address without a page gets the document, which says so. */
  private void answerUnknown(ServerRequest request, ServerResponse response) {
    if (opensPage(request)) {
      document.send(request, response, 404);
    } else {
      response.next();
    }
  }

  private static boolean opensPage(ServerRequest request) {
    Method method = request.prologue().method();
    String path = request.path().path();
    return (method.equals(Method.GET) || method.equals(Method.HEAD))
        && NOT_PAGES.stream().noneMatch(path::startsWith)
        && request.headers().contains(HeaderNames.ACCEPT)
        && request.headers().get(HeaderNames.ACCEPT).allValues().stream()
            .anyMatch(accepted -> accepted.contains("text/html"));
  }
}
