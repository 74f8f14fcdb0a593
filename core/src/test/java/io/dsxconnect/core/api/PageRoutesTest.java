package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RedisFixture;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scripts of the dashboard call routes that the OpenAPI document has. */
class PageRoutesTest extends RedisFixture {
  private static final Path SITE =
      Path.of("../dashboard/src/main/resources/io/dsxconnect/dashboard/site");
  private static final Pattern CALL =
      Pattern.compile("\\b(get|getAnswer|url|post|put|del)\\(['`](/[^'`]*)['`]");
  private static final Pattern VALUE = Pattern.compile("\\$\\{[^}]*}");
  private static final Map<String, String> METHODS =
      Map.of("post", "post", "put", "put", "del", "delete");

  @Test
  void every_call_of_the_page_is_a_documented_route() throws Exception {
    Set<String> documented = documented();
    List<String> unknown = new ArrayList<>();
    int calls = 0;
    for (Path script : scripts()) {
      for (MatchResult call : CALL.matcher(Files.readString(script)).results().toList()) {
        calls++;
        String method = METHODS.getOrDefault(call.group(1), "get");
        String path =
            Stream.of(VALUE.split(call.group(2), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]+"));
        Pattern route = Pattern.compile(method + " " + Pattern.quote(Routes.API) + path);
        if (documented.stream().noneMatch(known -> route.matcher(known).matches())) {
          unknown.add(script.getFileName() + ": " + call.group());
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(calls).isGreaterThan(30);
  }

  private static List<Path> scripts() throws Exception {
    try (Stream<Path> files = Files.walk(SITE)) {
      return files.filter(file -> file.toString().endsWith(".js")).toList();
    }
  }

  /** For example {@code get /dsx-connect/api/v1/scan/jobs/{job_id}}. */
  private static Set<String> documented() throws Exception {
    Set<String> routes = new TreeSet<>();
    try (RunningApi api = new RunningApi(server);
        HttpClient client = HttpClient.newHttpClient()) {
      JsonNode document =
          Json.parse(
              client
                  .send(
                      HttpRequest.newBuilder(URI.create(api.url() + "/openapi.json")).build(),
                      HttpResponse.BodyHandlers.ofByteArray())
                  .body());
      document
          .path("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue()
                      .fieldNames()
                      .forEachRemaining(method -> routes.add(method + " " + path.getKey())));
    }
    return routes;
  }
}
