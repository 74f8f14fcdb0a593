package io.dsxconnect.core.api;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.http.Bodies;
import io.dsxconnect.http.HttpServer;
import io.dsxconnect.http.Refusal;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Connectors: register (also their heartbeat), unregister, list, start a full scan. */
public final class ConnectorResource implements Api.Resource {
  private final Registry registry;
  private final ConnectorClient client;
  private final Jobs jobs;
  private final Supplier<String> ids;

  public ConnectorResource(
      Registry registry, ConnectorClient client, Jobs jobs, Supplier<String> ids) {
    this.registry = registry;
    this.client = client;
    this.jobs = jobs;
    this.ids = ids;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    routing.post(prefix + Routes.REGISTER, this::register);
    routing.delete(
        prefix + Routes.UNREGISTER + "/{uuid}",
        (req, res) -> {
          registry.unregister(Parameters.uuid(req, "uuid"));
          res.status(204).send();
        });
    routing.get(
        prefix + Routes.CONNECTORS + "/list",
        (req, res) -> HttpServer.send(res, 200, registry.list()));
    routing.post(prefix + Routes.CONNECTORS + Routes.FULL_SCAN + "/{uuid}", this::fullScan);
  }

  private void register(ServerRequest req, ServerResponse res) throws InvalidInput {
    Fields fields = Fields.ofBody(Bodies.json(req, 1 << 20));
    ConnectorInstance connector = ConnectorInstance.read(fields);
    fields.check();
    boolean added = registry.register(connector);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", "success");
    body.put("message", added ? "registered" : "refreshed");
    body.put("description", connector.name() + " (" + connector.uuid() + ") @ " + connector.url());
    if (connector.uuid() != null) {
      body.put("connector_uuid", connector.uuid());
    }
    HttpServer.send(res, added ? 201 : 200, body);
  }

  private void fullScan(ServerRequest req, ServerResponse res) throws InvalidInput {
    String uuid = Parameters.uuid(req, "uuid");
    ConnectorInstance connector =
        registry
            .find(uuid)
            .orElseThrow(() -> Refusal.of(404, "No connector registered with UUID=" + uuid));
    Map<String, String> query = new LinkedHashMap<>();
    for (String name : req.query().names()) {
      query.put(name, req.query().all(name).getLast());
    }
    boolean force = "true".equals(query.remove("force"));
    Parameters.number(req, "limit", 1);
    Parameters.number(req, "batch_size", 1);
    String asked = query.remove("job_id");
    String wanted = asked == null || asked.isBlank() ? ids.get() : asked;
    String job = jobs.announce(wanted, uuid, uuid + "|" + connector.filter(), force);
    if (!job.equals(wanted)) {
      started(res, job, StatusResponse.success("Full scan is active already", "job_id=" + job));
      return;
    }
    query.put("job_id", job);
    ConnectorClient.Answer answer;
    try {
      answer = client.call(connector.url(), "POST", Routes.FULL_SCAN, encoded(query));
    } catch (IOException e) {
      jobs.steer(job, Jobs.Verb.CANCEL);
      throw Refusal.of(502, "Connector service unavailable: " + e.getClass().getSimpleName());
    }
    if (answer.status() / 100 != 2) {
      jobs.steer(job, Jobs.Verb.CANCEL);
      throw Refusal.of(
          answer.status(), Printable.of(new String(answer.body(), StandardCharsets.UTF_8)));
    }
    StatusResponse said = said(answer, job);
    if (said.status() == Status.ERROR) {
      // It will not list anything, so nothing would ever end this job.
      jobs.steer(job, Jobs.Verb.CANCEL);
    }
    started(res, job, said);
  }

  private static void started(ServerResponse res, String job, StatusResponse body) {
    res.header("X-Job-Id", job);
    HttpServer.send(res, 202, body);
  }

  private static StatusResponse said(ConnectorClient.Answer answer, String job) {
    try {
      StatusResponse said = StatusResponse.read(Json.parse(answer.body()));
      String description = said.description() == null ? "" : said.description();
      return description.contains("job_id=")
          ? said
          : new StatusResponse(
              said.status(),
              said.message(),
              description.isEmpty() ? "job_id=" + job : description + " | job_id=" + job,
              said.id(),
              said.preview());
    } catch (InvalidInput e) {
      return StatusResponse.success("full scan triggered", "job_id=" + job);
    }
  }

  private static String encoded(Map<String, String> query) {
    return query.entrySet().stream()
        .map(
            e ->
                URLEncoder.encode(e.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
