package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.http.server.RequestGate;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running connector: its routes, its registration, its full scans. */
public final class Connector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connector.class);
  private static final int BODY = 1 << 20;

  /** How long a scan may take to end once nothing keeps it. */
  private static final Duration ABORT = Duration.ofSeconds(2);

  private final ConnectorSettings settings;
  private final Repository repository;
  private final String uuid;
  private final String version;
  private final Supplier<String> ids;
  private final Timing timing;
  private final Actions actions;
  private final @Nullable CoreClient core;
  private final @Nullable FullScans scans;
  private final HttpServer server;
  private final @Nullable Registration registration;
  private volatile Policy policy;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Connector(
      ConnectorSettings settings,
      Repository repository,
      String host,
      int port,
      String version,
      @Nullable String enrollment,
      Supplier<String> ids,
      Timing timing) {
    this.settings = settings;
    this.repository = repository;
    this.version = version;
    this.ids = ids;
    this.timing = timing;
    this.uuid = Identity.in(settings.dataDir(), ids);
    this.policy = Policy.of(settings);
    tellObstacle(policy);
    this.actions = new Actions(repository, settings, () -> policy.itemAction());
    CoreClient client =
        settings.core() == null
            ? null
            : new CoreClient(settings.core(), enrollment, settings.coreClient());
    this.core = client;
    this.scans =
        client == null
            ? null
            : new FullScans(
                client, repository, settings.dataDir(), settings.concurrency(), ids, timing);
    this.server = HttpServer.start(host, port, settings.serverTls(), this::routes);
    this.registration =
        client == null || scans == null
            ? null
            : new Registration(client, this::self, scans::jobs, timing);
    warnOfLoopback();
    if (scans != null) {
      scans.endThoseLeft();
    }
  }

  /**
   * Starts serving and registering.
   *
   * @param enrollment {@code DSXCONNECT_ENROLLMENT_TOKEN}
   * @param ids gives uuids
   */
  public static Connector start(
      ConnectorSettings settings,
      Repository repository,
      String host,
      int port,
      String version,
      @Nullable String enrollment,
      Supplier<String> ids) {
    return start(settings, repository, host, port, version, enrollment, ids, Timing.USUAL);
  }

  static Connector start(
      ConnectorSettings settings,
      Repository repository,
      String host,
      int port,
      String version,
      @Nullable String enrollment,
      Supplier<String> ids,
      Timing timing) {
    return new Connector(settings, repository, host, port, version, enrollment, ids, timing);
  }

  public String uuid() {
    return uuid;
  }

  /** Where the core reaches it, its name included. */
  public String url() {
    String base = settings.advertised() == null ? server.url() : settings.advertised().toString();
    return base + "/" + settings.name();
  }

  /** Where it tells on its own machine whether it is alive. */
  public String healthUrl() {
    return server.url() + "/" + settings.name() + Routes.HEALTHZ;
  }

  /** A core elsewhere would read from itself what it believes to read here. */
  private void warnOfLoopback() {
    Target own = Target.parse(url()).orElse(null);
    Target to = settings.core();
    if (own != null && to != null && own.isLoopback() && !to.isLoopback()) {
      log.warn(
          "this connector registers as {}, which only this machine can reach, with a core at {}; set"
              + " DSXCONNECTOR_CONNECTOR_URL to the address by which the core reaches it",
          url(),
          to);
    }
  }

  private void tellObstacle(Policy now) {
    repository
        .obstacle(now.itemAction())
        .ifPresent(
            why ->
                log.warn(
                    "item action '{}' will fail on every malicious file: {}",
                    now.itemAction().wire(),
                    why));
  }

  /** As it registers: a connector says {@code ready} from its first registration on. */
  private ConnectorInstance self() {
    return self(ConnectorStatus.READY);
  }

  private ConnectorInstance self(ConnectorStatus status) {
    return new ConnectorInstance(
        settings.name(),
        settings.appearance().displayName(),
        settings.appearance().displayIcon(),
        uuid,
        repository.metaInfo(),
        url(),
        status,
        policy.itemAction(),
        settings.actionTarget(),
        repository.asset(),
        assetName(),
        policy.filterText(),
        null,
        null,
        null);
  }

  private String assetName() {
    String given = settings.appearance().assetName();
    return given.isEmpty() ? repository.asset() : given;
  }

  /** Ready once the core knows it; a core that goes away later makes it no less able to serve. */
  private ConnectorStatus status() {
    if (!repository.check(0).ok()) {
      return ConnectorStatus.FAILED;
    }
    boolean known = core == null || (registration != null && registration.everRegistered());
    return known ? ConnectorStatus.READY : ConnectorStatus.STARTING;
  }

  private void routes(HttpRouting.Builder routing) {
    RequestGate gate = gate();
    routing.addFilter(
        (chain, req, res) -> {
          res.header(Routes.CONNECTOR_UUID, uuid);
          gate.check(req);
          checkAddressee(req);
          chain.proceed();
        });
    String root = "/" + settings.name();
    routing.get(root + "/", this::home);
    routing.get(root, this::toHome);
    routing.get(root + Routes.HEALTHZ, (req, res) -> HttpServer.send(res, 200, Map.of("ok", true)));
    routing.get(root + Routes.READYZ, this::ready);
    routing.get(root + Routes.VERSION, (req, res) -> HttpServer.send(res, 200, versions()));
    routing.get(root + Routes.REPO_CHECK, this::repoCheck);
    routing.get(root + Routes.ESTIMATE, (req, res) -> HttpServer.send(res, 200, estimate()));
    routing.get(root + Routes.CONFIG, (req, res) -> HttpServer.send(res, 200, self(status())));
    routing.put(root + Routes.CONFIG, this::configure);
    routing.get(
        root + "/assets", (req, res) -> HttpServer.send(res, 200, UnsupportedRoutes.assets(req)));
    routing.get(
        root + "/objects", (req, res) -> HttpServer.send(res, 200, UnsupportedRoutes.objects(req)));
    routing.post(
        root + "/webhook/event",
        (req, res) -> HttpServer.send(res, 200, UnsupportedRoutes.webhook()));
    routing.post(root + Routes.FULL_SCAN, this::fullScan);
    routing.post(
        root + Routes.READ_FILE, (req, res) -> FileReply.send(repository, request(req), res));
    routing.put(
        root + Routes.ITEM_ACTION,
        (req, res) -> HttpServer.send(res, 200, actions.act(request(req))));
  }

  /** Another connector may have been meant that was at this address, or believes that it is. */
  private void checkAddressee(ServerRequest req) {
    String meant = req.headers().value(HeaderNames.create(Routes.CONNECTOR_UUID)).orElse(uuid);
    if (!meant.equalsIgnoreCase(uuid)) {
      throw Refusal.of(421, "this is connector " + uuid + ", not " + Printable.of(meant));
    }
  }

  private RequestGate gate() {
    Target advertised = settings.advertised();
    return new RequestGate(
        advertised == null ? Set.of() : Set.of(advertised.host().toLowerCase(Locale.ROOT)),
        "DSXCONNECTOR_CONNECTOR_URL");
  }

  private void toHome(ServerRequest req, ServerResponse res) {
    res.status(io.helidon.http.Status.TEMPORARY_REDIRECT_307);
    res.headers().set(HeaderNames.LOCATION, "/" + settings.name() + "/");
    res.send();
  }

  private void home(ServerRequest req, ServerResponse res) {
    Map<String, Object> body = new LinkedHashMap<>();
    ConnectorStatus status = status();
    body.put("connector_status", status);
    body.put("dsx-connect connectivity", core != null && core.answers() ? "success" : "failed");
    body.put("repo connectivity", status == ConnectorStatus.FAILED ? "failed" : "success");
    body.put("scan_requests_since_active_count", scans == null ? 0 : scans.sent());
    HttpServer.send(res, 200, body);
  }

  private void ready(ServerRequest req, ServerResponse res) {
    ConnectorStatus status = status();
    HttpServer.send(res, status == ConnectorStatus.READY ? 200 : 503, self(status));
  }

  private Map<String, Object> versions() {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("connector_name", settings.name());
    versions.put("connector_id", settings.name());
    versions.put("connector_instance_id", uuid);
    versions.put("version", version);
    return versions;
  }

  private static Map<String, Object> estimate() {
    Map<String, Object> unknown = new LinkedHashMap<>();
    unknown.put("count", null);
    unknown.put("confidence", "unknown");
    return unknown;
  }

  /** Changes what it does until it is restarted; the core sees it at the next heartbeat. */
  private void configure(ServerRequest req, ServerResponse res) {
    JsonNode wanted;
    try {
      wanted = Bodies.json(req, BODY);
    } catch (InvalidInput e) {
      throw Refusal.of(400, "invalid_json");
    }
    if (!wanted.isObject()) {
      throw Refusal.of(400, "invalid_payload");
    }
    switch (policy.with(wanted)) {
      case Policy.Change.Refused(String reason) -> throw Refusal.of(400, reason);
      case Policy.Change.NothingKnown() ->
          HttpServer.send(
              res, 200, Map.of("error", "no_supported_fields", "supported", Policy.KEYS));
      case Policy.Change.Made(Policy changed) -> {
        policy = changed;
        log.info(
            "an operator changed the configuration: filter '{}', item action {}",
            Printable.of(changed.filterText()),
            changed.itemAction().wire());
        tellObstacle(changed);
        ObjectNode answer = (ObjectNode) Json.tree(self(status()));
        answer.putObject("persistence").put("applied", false).put("detail", "disabled_by_config");
        HttpServer.send(res, 200, answer);
      }
    }
  }

  private void repoCheck(ServerRequest req, ServerResponse res) {
    int preview = Query.preview(req);
    RepoCheck check = repository.check(preview);
    List<String> shown = check.preview();
    HttpServer.send(
        res,
        200,
        new StatusResponse(
            check.ok() ? Status.SUCCESS : Status.ERROR,
            check.message(),
            preview > 0 ? "preview=" + shown.size() : null,
            null,
            preview > 0 ? shown : null));
  }

  private static ScanRequest request(ServerRequest req) throws InvalidInput {
    Fields fields = Fields.ofBody(Bodies.json(req, BODY));
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    return request;
  }

  private void fullScan(ServerRequest req, ServerResponse res) throws InvalidInput {
    int limit = Query.positive(req, "limit");
    int batchSize = Query.positive(req, "batch_size");
    boolean batch = Query.flag(req, "batch");
    String given = req.query().first("job_id").orElse("");
    String job = given.isBlank() ? ids.get() : given;
    if (scans == null
        || !scans.start(self(), new FullScan.Wanted(job, policy.filter(), limit, batchSize))) {
      HttpServer.send(
          res, 503, StatusResponse.error("Connector not registered with dsx-connect", null));
      return;
    }
    HttpServer.send(
        res,
        200,
        StatusResponse.success(
            "Full scan initiated",
            "The scan is running in the background. job_id="
                + job
                + (limit > 0 ? " limit=" + limit : "")
                + (batch ? " batch=True" : "")
                + (batchSize > 0 ? " batch_size=" + batchSize : "")));
  }

  /**
   * Ends scans, unregisters and stops serving, in about fifteen seconds at most, even when the core
   * or the repository hangs. What the core was not told is told at the next start.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (scans != null) {
      scans.stop();
      scans.await(timing.grace().plus(ABORT));
    }
    if (registration != null) {
      registration.close();
    }
    server.close();
    if (core != null) {
      // Ends calls that hang, so that their scans can note how far they came.
      core.close();
    }
    if (scans != null) {
      if (scans.await(ABORT)) {
        scans.close();
      } else {
        log.warn("a listing hangs; the core hears of it at the next start");
      }
    }
  }
}
