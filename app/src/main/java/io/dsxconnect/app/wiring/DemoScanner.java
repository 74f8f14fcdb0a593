package io.dsxconnect.app.wiring;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;

/** The stand-in as the scanner of a process that has none. */
public final class DemoScanner {
  /** For the output of commands that use it. */
  public static final String NOTICE =
      "no scanner is configured, so the stand-in gives the verdicts. It is NOT a scanner: it knows"
          + " only the EICAR test string.";

  private DemoScanner() {}

  /**
   * Starts the stand-in on a free port of 127.0.0.1.
   *
   * @param life closes it
   * @return the settings with the stand-in as the scanner
   */
  public static CoreSettings start(Lifetime life, CoreSettings settings) {
    Standin standin = life.add(Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT));
    return settings.withScanner(settings.scanner().demoAt(standin.url()));
  }
}
