package io.dsxconnect.routes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Problem;
import java.util.Locale;

/** Builds the OpenAPI 3.1 document of a route table. Thread-safe. */
public final class OpenApi {
  private OpenApi() {}

  /** The body of a 422 answer, which every route with parameters or a body may give. */
  record ValidationError(java.util.List<Problem> detail) {}

  /** The body of any other error. */
  record OtherError(String detail) {}

  /**
   * The head of the document.
   *
   * @param title of the API
   * @param version of the API
   * @param summary one line on the API
   * @param group the tag of routes whose path has a single part
   */
  public record Heading(String title, String version, String summary, String group) {}

  /**
   * Builds the document with all routes of a table and the schemas of their records.
   *
   * @param table the routes
   * @param heading title, version and summary of the document
   * @return a new tree, which the caller may change
   * @throws IllegalArgumentException if a record has a component of a type without a schema
   */
  public static ObjectNode document(RouteTable table, Heading heading) {
    Schemas schemas = new Schemas();
    ObjectNode document = Json.object();
    document.put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", heading.title())
        .put("version", heading.version())
        .put("summary", heading.summary())
        .putObject("license")
        .put("name", "Apache-2.0")
        .put("identifier", "Apache-2.0");
    ObjectNode paths = document.putObject("paths");
    for (Route route : table.routes()) {
      String path = table.prefix() + route.path();
      ObjectNode item = paths.has(path) ? (ObjectNode) paths.get(path) : paths.putObject(path);
      item.set(route.method().toLowerCase(Locale.ROOT), operation(route, heading.group(), schemas));
    }
    ObjectNode components = document.putObject("components");
    ObjectNode all = components.putObject("schemas");
    schemas.all().forEach(all::set);
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes
        .putObject("enrolment")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-Enrollment-Token");
    schemes
        .putObject("dsxHmac")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "Authorization")
        .put("description", "DSX-HMAC key_id=..., ts=..., nonce=..., sig=...");
    return document;
  }

  private static ObjectNode operation(Route route, String group, Schemas schemas) {
    ObjectNode operation = Json.object();
    operation.putArray("tags").add(tag(route, group));
    operation.put("summary", route.summary());
    operation.put(
        "operationId",
        (route.method() + route.path().replaceAll("[^A-Za-z0-9]+", "_"))
            .toLowerCase(Locale.ROOT)
            .replaceAll("_$", ""));
    operation.put("x-access", route.access().name().toLowerCase(Locale.ROOT));
    if (!route.params().isEmpty()) {
      ArrayNode parameters = operation.putArray("parameters");
      route.params().forEach(param -> parameters.add(param.openApi()));
    }
    if (route.body() != null) {
      operation
          .putObject("requestBody")
          .put("required", true)
          .putObject("content")
          .putObject("application/json")
          .set("schema", schemas.of(route.body()));
    }
    ObjectNode responses = operation.putObject("responses");
    for (Route.Answer answer : route.answers()) {
      ObjectNode response = responses.putObject(Integer.toString(answer.status()));
      response.put("description", answer.description());
      Class<?> model = answer.model();
      if (model == null && answer.status() >= 400) {
        model = OtherError.class;
      }
      if (model != null) {
        response
            .putObject("content")
            .putObject("application/json")
            .set("schema", schemas.of(model));
      }
    }
    if ((!route.params().isEmpty() || route.body() != null) && !responses.has("422")) {
      responses
          .putObject("422")
          .put("description", "The request is invalid; detail lists each problem and where it is")
          .putObject("content")
          .putObject("application/json")
          .set("schema", schemas.of(ValidationError.class));
    }
    return operation;
  }

  /** The first part of the path; below {@code /scan}, the second. */
  private static String tag(Route route, String group) {
    String[] parts = route.path().split("/", -1);
    return parts.length < 3 ? group : parts[1].equals("scan") ? parts[2] : parts[1];
  }
}
