package io.dsxconnect.core.api;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorRequest;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Announced;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.job.Listings;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Starts full scans of registered connectors. A request blocks for the connector's answer, at most
 * the client timeout. Thread-safe. See docs/wire.md, "Connector routes".
 */
public final class FullScanResource implements RouteTable.Resource {
  private final ConnectorCalls calls;
  private final Jobs jobs;
  private final Listings listings;
  private final Supplier<String> ids;

  /**
   * @param ids creates the ids of jobs that clients do not name
   */
  public FullScanResource(
      Registry registry,
      ConnectorClient client,
      Jobs jobs,
      Listings listings,
      Supplier<String> ids) {
    this.calls = new ConnectorCalls(registry, client);
    this.jobs = jobs;
    this.listings = listings;
    this.ids = ids;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        ConnectorCalls.described(
                Route.post(
                    ConnectorCalls.path(Routes.FULL_SCAN),
                    Access.OPERATOR,
                    "Start a full scan of a connector, or join an active one that is equal"))
            .with(
                Param.whole("limit", 1, Long.MAX_VALUE, null, "Maximum number of files"),
                Param.flag("batch", "Send files in batches; our connectors always do"),
                Param.whole("batch_size", 1, Integer.MAX_VALUE, null, "Files per batch"),
                Param.text("job_id", "Id of the job; a new one when absent"),
                Param.flag("force", "Start another scan while one is active"),
                Param.text("started_by", "What starts the scan, for example dashboard"))
            .answers(
                202,
                "Started, or active already; X-Job-Id is the id of the job",
                StatusResponse.class)
            .answers(409, "Another scan of the connector is active, or the job id is already used")
            .to(this::fullScan));
  }

  private void fullScan(Call call) throws InvalidInput {
    ConnectorInstance connector = calls.connector(call, "No connector registered with UUID=");
    String uuid = ConnectorCalls.uuid(call);
    Map<String, String> query = call.query();
    query.remove("force");
    query.remove("job_id");
    query.remove("started_by");
    if (call.flag("batch")) {
      query.put("batch", "true");
    }
    String job = JobIds.checked(call.given("job_id").orElseGet(ids), "query", "job_id");
    Map<String, String> details = ScanDetails.of(connector, call);
    switch (jobs.announce(
        job, uuid, new Jobs.Asked(scanDigest(connector, query), call.flag("force"), details))) {
      case Announced.New announced -> start(call, connector, job, query);
      case Announced.Active active
          when call.given("job_id").orElse(active.job()).equals(active.job()) -> {
        call.setHeader("X-Job-Id", JobIds.header(active.job()));
        call.answer(
            202, StatusResponse.success("Full scan is active already", "job_id=" + active.job()));
      }
      case Announced.Active active -> throw another(call, active.job(), "job id");
      case Announced.Differs differs ->
          throw another(call, differs.job(), "filter, limit or batch");
      case Announced.Used used -> throw Refusal.of(409, "job_id_was_used");
      case Announced.Foreign foreign ->
          throw Refusal.of(409, "job_id_is_in_use: it is that of another connector's job");
    }
  }

  /** A digest of what two requests must have in common to be the same scan. */
  private static String scanDigest(ConnectorInstance connector, Map<String, String> query) {
    List<String> parts = new ArrayList<>();
    parts.add(connector.filter());
    for (String name : List.of("limit", "batch")) {
      parts.add(query.getOrDefault(name, ""));
    }
    return java.util.UUID.nameUUIDFromBytes(Json.bytes(parts)).toString();
  }

  private static Refusal another(Call call, String job, String what) {
    call.setHeader("X-Job-Id", JobIds.header(job));
    return Refusal.of(
        409,
        "full_scan_is_active: job_id="
            + job
            + " scans this connector with another "
            + what
            + "; wait for it, cancel it, or set force=true");
  }

  private void start(
      Call call, ConnectorInstance connector, String job, Map<String, String> query) {
    call.setHeader("X-Job-Id", JobIds.header(job));
    query.put("job_id", job);
    ConnectorClient.Answer answer;
    try {
      answer =
          calls.send(
              connector, ConnectorRequest.post(Routes.FULL_SCAN, ConnectorCalls.encoded(query)));
    } catch (IOException e) {
      jobs.cancel(job, "the connector could not be called: " + ConnectorCalls.why(e));
      throw ConnectorCalls.unavailable(connector, e);
    }
    if (answer.status() / 100 != 2) {
      jobs.cancel(job, "the connector did not start the scan: HTTP " + answer.status());
      throw ConnectorCalls.upstream(answer);
    }
    StatusResponse status;
    try {
      status = statusOf(answer, job);
    } catch (InvalidInput e) {
      jobs.cancel(job, "the server that answered the full scan request is not the connector");
      throw ConnectorCalls.notTheConnector();
    }
    if (status.status() == Status.ERROR) {
      // The connector will list nothing, so nothing else would end this job.
      jobs.cancel(job, "the connector did not start the scan: " + Printable.of(status.message()));
    } else {
      listings.alive(ConnectorCalls.uuid(call), List.of(job));
    }
    call.answer(202, status);
  }

  private static StatusResponse statusOf(ConnectorClient.Answer answer, String job)
      throws InvalidInput {
    StatusResponse status = StatusResponse.read(Json.parse(answer.body()));
    String description = status.description() == null ? "" : status.description();
    return description.contains("job_id=")
        ? status
        : new StatusResponse(
            status.status(),
            status.message(),
            description.isEmpty() ? "job_id=" + job : description + " | job_id=" + job,
            status.id(),
            status.preview());
  }
}
