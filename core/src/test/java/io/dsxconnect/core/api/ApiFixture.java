package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.RedisFixture;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The API over real HTTP and a real Redis, with a connector that sends scan requests. */
abstract class ApiFixture extends RedisFixture {
  static final String UUID_1 = "2c81d259-0000-4000-8000-000000000001";
  static final String P = "/dsx-connect/api/v1";

  final HttpClient client = HttpClient.newHttpClient();
  RunningApi api;
  ContractConnector connector;

  @BeforeEach
  void startApi() {
    api = new RunningApi(server);
    connector = new ContractConnector();
  }

  @AfterEach
  void stopApi() {
    api.close();
    connector.close();
  }

  HttpResponse<String> send(String method, String path, @Nullable String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.url() + P + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  JsonNode json(HttpResponse<String> response) throws Exception {
    return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
  }

  String connectorJson(String behaviour) {
    return "{\"name\":\"fs\",\"uuid\":\""
        + UUID_1
        + "\",\"url\":\""
        + connector.url(behaviour)
        + "\"}";
  }

  String requestJson(String job, String location) {
    return "{\"connector\":"
        + connectorJson("fs")
        + ",\"location\":\""
        + location
        + "\",\"metainfo\":\"f\",\"scan_job_id\":\""
        + job
        + "\"}";
  }
}
