package io.dsxconnect.app.process;

import java.util.logging.LogManager;

/**
 * Logs that last as long as the process: the JDK's own are closed by a shutdown hook of theirs, in
 * no order with ours, and what is said while a server drains would be lost. Named by a system
 * property, and therefore public.
 */
public final class ShutdownSafeLogManager extends LogManager {
  /** By the JDK. */
  public ShutdownSafeLogManager() {}

  /** Handlers are set by {@link Logs} alone, and flush each line. */
  @Override
  public void reset() {
    // Nothing: see above.
  }
}
