package io.dsxconnect.app.wiring;

import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.api.StatusResource;
import io.dsxconnect.core.runtime.ScannerAddress;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.ScannerProbe;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Refusal;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The configuration and the scanner of the process that serves the API. Thread-safe. */
final class RunningCore implements StatusResource.Core {
  private final CoreSettings settings;
  private final @Nullable DsxaScanner scanner;
  private final ScannerAddress address;
  private final Supplier<StatusResource.About> about;

  RunningCore(
      CoreSettings settings,
      @Nullable DsxaScanner scanner,
      ScannerAddress address,
      Supplier<StatusResource.About> about) {
    this.settings = settings;
    this.scanner = scanner;
    this.address = address;
    this.about = about;
  }

  @Override
  public List<StatusResource.EffectiveValue> effective() {
    return EffectiveConfig.of(settings, scanner == null ? null : scanner.base());
  }

  @Override
  public StatusResource.About about() {
    return about.get();
  }

  @Override
  public Map<String, Object> configuration() {
    return ConfigView.of(settings, scanner == null ? null : scanner.base());
  }

  @Override
  public StatusResponse testScanner() {
    return scanner == null
        ? StatusResponse.error(CoreSettings.NO_SCANNER, null)
        : ScannerProbe.of(scanner);
  }

  @Override
  public String useScanner(String url) {
    if (!settings.api().openConfig()) {
      throw Refusal.of(
          403,
          "this API does not authenticate clients, so it does not let them change the scanner; set"
              + " DSXCONNECT_SCANNER__BASE_URL, or DSXCONNECT_ALLOW_OPEN_CONFIG=true to allow it");
    }
    Target base =
        ScannerSettings.baseOf(url)
            .orElseThrow(
                () -> Refusal.of(400, "scan_binary_url must be http(s)://host[:port]/..."));
    address.set(base);
    if (scanner != null) {
      scanner.moveTo(base);
    }
    return base.toString();
  }
}
