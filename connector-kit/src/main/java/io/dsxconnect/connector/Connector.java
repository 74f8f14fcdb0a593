package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.Bodies;
import io.dsxconnect.http.HttpServer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A running connector: its routes, its registration, its full scans. */
public final class Connector implements AutoCloseable {
  private static final int BODY = 1 << 20;
  private static final int BUFFER = 128 * 1024;

  private final ConnectorSettings settings;
  private final Repository repository;
  private final String uuid;
  private final String version;
  private final Supplier<String> ids;
  private final Actions actions;
  private final HttpServer server;
  private final @Nullable CoreClient core;
  private final @Nullable Registration registration;
  private final Map<String, FullScan> scans = new ConcurrentHashMap<>();

  private Connector(
      ConnectorSettings settings,
      Repository repository,
      String host,
      int port,
      String version,
      @Nullable String enrollment,
      Supplier<String> ids) {
    this.settings = settings;
    this.repository = repository;
    this.version = version;
    this.ids = ids;
    this.uuid = Identity.in(settings.dataDir(), ids);
    this.actions = new Actions(repository, settings);
    this.server = HttpServer.start(host, port, this::routes);
    this.core = settings.core() == null ? null : new CoreClient(settings.core(), enrollment);
    this.registration = core == null ? null : new Registration(core, this::self);
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
    return new Connector(settings, repository, host, port, version, enrollment, ids);
  }

  public String uuid() {
    return uuid;
  }

  /** Where the core reaches it, its name included. */
  public String url() {
    String base = settings.advertised() == null ? server.url() : settings.advertised().toString();
    return base + "/" + settings.name();
  }

  private ConnectorInstance self() {
    return new ConnectorInstance(
        settings.name(),
        null,
        null,
        uuid,
        null,
        url(),
        ConnectorStatus.READY,
        settings.itemAction(),
        settings.actionTarget(),
        repository.asset(),
        settings.assetDisplayName().isEmpty() ? repository.asset() : settings.assetDisplayName(),
        settings.filterText(),
        null,
        null,
        null);
  }

  private void routes(HttpRouting.Builder routing) {
    String root = "/" + settings.name();
    routing.get(root + "/", (req, res) -> HttpServer.send(res, 200, status()));
    routing.get(root + Routes.HEALTHZ, (req, res) -> HttpServer.send(res, 200, Map.of("ok", true)));
    routing.get(
        root + Routes.READYZ,
        (req, res) -> HttpServer.send(res, repository.check(0).ok() ? 200 : 503, self()));
    routing.get(root + Routes.VERSION, (req, res) -> HttpServer.send(res, 200, versions()));
    routing.get(root + Routes.REPO_CHECK, this::repoCheck);
    routing.get(root + Routes.ESTIMATE, (req, res) -> HttpServer.send(res, 200, estimate()));
    routing.get(root + Routes.CONFIG, (req, res) -> HttpServer.send(res, 200, self()));
    routing.post(root + Routes.FULL_SCAN, this::fullScan);
    routing.post(root + Routes.READ_FILE, this::readFile);
    routing.put(
        root + Routes.ITEM_ACTION,
        (req, res) -> HttpServer.send(res, 200, actions.act(request(req))));
  }

  private Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("connector_status", ConnectorStatus.READY);
    status.put(
        "dsx-connect connectivity",
        registration != null && registration.registered() ? "success" : "failed");
    status.put("repo connectivity", repository.check(0).ok() ? "success" : "failed");
    status.put("scan_requests_since_active_count", scans.size());
    return status;
  }

  private Map<String, Object> versions() {
    return Map.of(
        "connector_name", settings.name(),
        "connector_id", uuid,
        "connector_instance_id", uuid,
        "version", version);
  }

  private static Map<String, Object> estimate() {
    Map<String, Object> unknown = new LinkedHashMap<>();
    unknown.put("count", null);
    unknown.put("confidence", "unknown");
    return unknown;
  }

  private void repoCheck(ServerRequest req, ServerResponse res) {
    int preview = number(req, "preview");
    RepoCheck check = repository.check(Math.clamp(preview, 0, 1000));
    List<String> shown = new ArrayList<>(check.preview());
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

  private static int number(ServerRequest req, String name) {
    try {
      return Integer.parseInt(req.query().first(name).orElse("0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static ScanRequest request(ServerRequest req) throws InvalidInput {
    Fields fields = Fields.ofBody(Bodies.json(req, BODY));
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    return request;
  }

  private void fullScan(ServerRequest req, ServerResponse res) {
    String given = req.query().first("job_id").orElse("");
    String job = given.isBlank() ? ids.get() : given;
    if (core == null) {
      HttpServer.send(
          res, 503, StatusResponse.error("Connector not registered with dsx-connect", null));
      return;
    }
    FullScan scan =
        new FullScan(
            core,
            repository,
            settings.filter(),
            self(),
            job,
            number(req, "limit"),
            settings.concurrency(),
            ids);
    // A repeat for a scan that runs joins it.
    if (scans.putIfAbsent(job, scan) == null) {
      Thread.ofVirtual()
          .name("full-scan")
          .start(
              () -> {
                try {
                  scan.run();
                } finally {
                  scans.remove(job);
                }
              });
    }
    HttpServer.send(
        res,
        200,
        StatusResponse.success(
            "Full scan initiated", "The scan is running in the background. job_id=" + job));
  }

  private void readFile(ServerRequest req, ServerResponse res) throws InvalidInput, IOException {
    ScanRequest request = request(req);
    switch (repository.open(request)) {
      case Opened.Content content -> stream(content, res);
      case Opened.Missing missing -> refuse(res, 404, request, missing.reason());
      case Opened.Denied denied -> refuse(res, 403, request, denied.reason());
      case Opened.Unavailable unavailable -> refuse(res, 503, request, unavailable.reason());
    }
  }

  private static void refuse(ServerResponse res, int status, ScanRequest request, String reason) {
    HttpServer.send(res, status, StatusResponse.error(reason, Printable.of(request.location())));
  }

  /** Sends a file but keeps its last part back until it is known to be the one that was opened. */
  private static void stream(Opened.Content content, ServerResponse res) throws IOException {
    res.headers().set(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    res.headers().set(HeaderNames.CONTENT_LENGTH, Long.toString(content.size()));
    try (InputStream in = content.stream()) {
      if (content.size() <= BUFFER) {
        byte[] whole = in.readNBytes((int) content.size());
        requireAll(whole.length, content.size());
        content.unchanged().check();
        res.send(whole);
        return;
      }
      try (OutputStream out = res.outputStream()) {
        byte[] buffer = new byte[BUFFER];
        long left = content.size();
        while (left > 0) {
          int n = in.readNBytes(buffer, 0, (int) Math.min(BUFFER, left));
          requireAll(n, Math.min(BUFFER, left));
          left -= n;
          if (left == 0) {
            content.unchanged().check();
          }
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      if (res.isSent() || content.size() > BUFFER) {
        // The head is out: only a broken connection tells the reader that this is not the file.
        throw new io.helidon.webserver.CloseConnectionException("the file changed or was cut", e);
      }
      throw new UncheckedIOException(e);
    }
  }

  private static void requireAll(long got, long wanted) throws IOException {
    if (got != wanted) {
      throw new IOException("the file became shorter while it was read");
    }
  }

  @Override
  public void close() {
    scans.values().forEach(FullScan::stop);
    if (registration != null) {
      registration.close();
    }
    server.close();
    if (core != null) {
      core.close();
    }
  }
}
