package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.testing.Http;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadFileTest extends ConnectorFixture {

  /**
   * A repository of one file.
   *
   * <p>{@code given} is the number of bytes in the stream; negative returns {@link #opened}.
   */
  private static final class OneFile implements Repository {
    final byte[] content;
    final int given;
    final boolean changes;
    Opened opened = new Opened.Missing("not set");

    OneFile(int size, int given, boolean changes) {
      content = new byte[size];
      new Random(1).nextBytes(content);
      this.given = given;
      this.changes = changes;
    }

    @Override
    public String asset() {
      return "one";
    }

    @Override
    public RepoCheck check() {
      return new RepoCheck(true, "ok");
    }

    @Override
    public void list(Filter filter, Listing listing) {}

    @Override
    public Opened open(ScanRequest request) {
      return given < 0
          ? opened
          : new Opened.Content(
              new ByteArrayInputStream(content, 0, given),
              content.length,
              () -> {
                if (changes) {
                  throw new IOException("the file changed while it was read");
                }
              });
    }

    @Override
    public java.util.Optional<String> obstacle(io.dsxconnect.contract.ItemAction action) {
      return java.util.Optional.empty();
    }

    @Override
    public ItemActionStatus act(ScanRequest request, ActionPlan plan) {
      return ItemActionStatus.NONE;
    }
  }

  Http.Reply read(Repository repository) throws IOException {
    return Http.call(
        "POST", start(repository).url() + "/read_file", "{\"location\":\"/f\",\"metainfo\":\"f\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131_071, 131_072, 131_073, 5_000_000})
  void a_file_comes_whole_and_with_its_length(int size) throws Exception {
    OneFile file = new OneFile(size, size, false);
    Http.Reply reply = read(file);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.type()).isEqualTo("application/octet-stream");
    assertThat(reply.length()).isEqualTo(size);
    assertThat(reply.bytes()).isEqualTo(file.content);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131_072})
  void a_small_file_that_changed_is_refused(int size) throws Exception {
    Http.Reply reply = read(new OneFile(size, size, true));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.type()).isEqualTo("application/json");
    assertThat(reply.json())
        .hasToString(
            "{\"status\":\"error\",\"message\":\"the file changed while it was read\","
                + "\"description\":\"/f\",\"id\":null,\"preview\":null}");
  }

  @Test
  void bug_the_core_can_tell_a_file_that_changed_from_a_connector_that_failed() throws Exception {
    String url = start(new OneFile(100, 100, true)).url();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> reply =
          client.send(
              HttpRequest.newBuilder(URI.create(url + "/read_file"))
                  .POST(BodyPublishers.ofString("{\"location\":\"/f\",\"metainfo\":\"f\"}"))
                  .build(),
              BodyHandlers.discarding());
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.headers().firstValue("X-File-Changed")).contains("true");
    }
  }

  @Test
  void a_small_file_that_was_cut_is_refused() throws Exception {
    Http.Reply reply = read(new OneFile(100, 99, false));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.json().path("message").asText()).contains("became shorter");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131_072})
  void bug_a_file_whose_file_system_lies_about_its_size_was_judged_by_its_beginning(int size)
      throws Exception {
    OneFile file = new OneFile(0, -1, false);
    file.opened = new Opened.Content(new ByteArrayInputStream(new byte[size + 1]), size, () -> {});
    Http.Reply reply = read(file);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.json().path("message").asText())
        .isEqualTo("the file is longer than its file system says");
  }

  @Test
  void bug_a_large_file_that_goes_on_behind_its_size_never_comes_whole() {
    OneFile file = new OneFile(0, -1, false);
    file.opened =
        new Opened.Content(new ByteArrayInputStream(new byte[200_001]), 200_000, () -> {});
    assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {131_073, 262_144, 5_000_000})
  void a_large_file_that_changed_never_comes_whole(int size) {
    assertThatThrownBy(() -> read(new OneFile(size, size, true))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131_072, 4_999_999})
  void a_large_file_that_was_cut_never_comes_whole(int given) {
    assertThatThrownBy(() -> read(new OneFile(5_000_000, given, false)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void what_cannot_be_read_is_an_error_that_no_core_takes_for_content() throws Exception {
    OneFile file = new OneFile(0, -1, false);
    file.opened = new Opened.Missing("File not found");
    assertThat(read(file).status()).isEqualTo(404);
    file.opened = new Opened.Denied("permission denied");
    assertThat(read(file).status()).isEqualTo(403);
    file.opened = new Opened.Unavailable("the store is down");
    Http.Reply unavailable = read(file);
    assertThat(unavailable.status()).isEqualTo(503);
    assertThat(unavailable.type()).isEqualTo("application/json");
    assertThat(unavailable.json().path("status").asText()).isEqualTo("error");
    assertThat(unavailable.json().path("message").asText()).isEqualTo("the store is down");
  }

  @Test
  void the_connection_serves_on_after_a_small_failure() throws Exception {
    InMemoryRepository repository = InMemoryRepository.of(2);
    String url = start(repository).url() + "/read_file";
    for (int i = 0; i < 3; i++) {
      assertThat(Http.call("POST", url, "{\"location\":\"/no\",\"metainfo\":\"\"}").status())
          .isEqualTo(404);
      assertThat(Http.call("POST", url, "{\"location\":\"/f00001\",\"metainfo\":\"\"}").bytes())
          .isEqualTo(repository.files.get("/f00001"));
    }
  }
}
