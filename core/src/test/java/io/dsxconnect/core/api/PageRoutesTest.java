package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.RedisFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scripts of the dashboard call routes that the API has. */
class PageRoutesTest extends RedisFixture {
  private static final Path SITE =
      Path.of("../dashboard/src/main/resources/io/dsxconnect/dashboard/site");
  private static final Pattern CALL =
      Pattern.compile("\\b(get|getAnswer|url|post|put|del)\\(['`](/[^'`]*)['`]");
  private static final Pattern VALUE = Pattern.compile("\\$\\{[^}]*}");
  private static final Map<String, String> METHODS =
      Map.of("post", "POST", "put", "PUT", "del", "DELETE");

  @Test
  void every_call_of_the_page_is_a_route() throws Exception {
    List<String> routes = routes();
    List<String> unknown = new ArrayList<>();
    int calls = 0;
    for (Path script : scripts()) {
      for (MatchResult call : CALL.matcher(Files.readString(script)).results().toList()) {
        calls++;
        String method = METHODS.getOrDefault(call.group(1), "GET");
        String path =
            Stream.of(VALUE.split(call.group(2), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("[^/]+"));
        Pattern route = Pattern.compile(method + " " + path);
        if (routes.stream().noneMatch(known -> route.matcher(known).matches())) {
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

  /** For example {@code GET /scan/jobs/{job_id}}. */
  private static List<String> routes() {
    try (RunningApi api = new RunningApi(server)) {
      return api.table.routes().stream().map(route -> route.method() + " " + route.path()).toList();
    }
  }
}
