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

/** Reads scan requests as callers send them. */
final class ScanRequests {
  private ScanRequests() {}

  /**
   * Reads one request.
   *
   * @param loc where it stands in the body
   * @throws InvalidInput when it has a wrong form, nobody could read its file, or nobody could name
   *     its job
   */
  static ScanRequest read(JsonNode json, List<Object> loc) throws InvalidInput {
    Fields fields = Fields.at(json, loc);
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    List<Problem> problems = new ArrayList<>();
    String useless = whyUseless(request.readerUrl());
    if (useless != null) {
      problems.add(
          new Problem(
              "value_error",
              loc,
              "Value error, " + useless,
              JsonNodeFactory.instance.textNode(request.location()),
              null));
    }
    String job = request.scanJobId();
    if (job != null && !job.isBlank() && !JobIds.isOne(job)) {
      List<Object> place = new ArrayList<>(loc);
      place.add("scan_job_id");
      problems.add(JobIds.problem(place, job));
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    return request;
  }

  private static @Nullable String whyUseless(@Nullable String url) {
    if (url == null) {
      return "connector or connector_url is needed to read the file";
    }
    return Target.parse(url).map(Target::host).filter(AddressPolicy::refuses).isPresent()
        ? "the connector's address is one that is never called"
        : null;
  }

  /**
   * The job of a request. One without gets a new one; a repeat of the request gets the same again.
   *
   * @param position of the request among those that came with the key
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

  /** The caller would take these files for accepted, though others were. */
  static Refusal keyReused() {
    return Refusal.of(
        422,
        "idempotency_key_reused: this Idempotency-Key was used for another request; choose another");
  }
}
