package io.dsxconnect.app.command;

import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.settings.StartFailure;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --demo}: whether the stand-in may take the place of a scanner. */
final class ScannerOptions {
  @Option(
      names = "--demo",
      description =
          "Use the built-in stand-in if no scanner is configured; the stand-in is NOT a scanner")
  boolean demo;

  /** The message if no scanner is configured and {@code --demo} is absent. */
  Optional<String> missing(CoreSettings settings) {
    return settings.hasScanner() || demo
        ? Optional.empty()
        : Optional.of(
            CoreSettings.NO_SCANNER
                + ", or try --demo, which uses a stand-in that is NOT a scanner");
  }

  /**
   * @throws StartFailure when no scanner is configured and {@code --demo} was not given
   */
  void require(CoreSettings settings) {
    Optional<String> message = missing(settings);
    if (message.isPresent()) {
      throw new StartFailure(message.get());
    }
  }
}
