package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.client.AddressPolicy;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Parses and validates scan requests. */
final class ScanRequests {
  private ScanRequests() {}

  /**
   * Parses one request.
   *
   * @param loc position of the request in the body, for errors
   * @throws InvalidInput when it is malformed, names no connector that may be called, or its job id
   *     is invalid
   */
  static ScanRequest read(JsonNode json, List<Object> loc) throws InvalidInput {
    Fields fields = Fields.at(json, loc);
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    List<Problem> problems = new ArrayList<>();
    String fault = connectorFault(request.readerUrl());
    if (fault != null) {
      problems.add(
          new Problem(
              "value_error",
              loc,
              "Value error, " + fault,
              JsonNodeFactory.instance.textNode(request.location()),
              null));
    }
    String job = request.scanJobId();
    if (job != null && !job.isBlank() && !JobIds.isValid(job)) {
      List<Object> place = new ArrayList<>(loc);
      place.add("scan_job_id");
      problems.add(JobIds.problem(place, job));
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    return request;
  }

  private static @Nullable String connectorFault(@Nullable String url) {
    if (url == null) {
      return "connector or connector_url is needed to read the file";
    }
    return Target.parse(url).map(Target::host).filter(AddressPolicy::refuses).isPresent()
        ? "the connector's address is one that is never called"
        : null;
  }

  /**
   * The job id of a request. A request without one gets a new id; its repeat under the same
   * idempotency key gets the same id.
   *
   * @param position of the request among the jobs of the requests with this key
   * @param ids creates new ids
   */
  static String jobOf(
      ScanRequest request, @Nullable String idempotencyKey, int position, Supplier<String> ids) {
    String job = request.scanJobId();
    if (job != null && !job.isBlank()) {
      return job;
    }
    return idempotencyKey == null
        ? ids.get()
        : UUID.nameUUIDFromBytes((idempotencyKey + ":" + position).getBytes(StandardCharsets.UTF_8))
            .toString();
  }

  /**
   * The 422 for a reused key: the caller would believe these files accepted, though others were.
   */
  static Refusal keyReused() {
    return Refusal.of(
        422,
        "idempotency_key_reused: this Idempotency-Key was used for another request; choose"
            + " another");
  }
}
