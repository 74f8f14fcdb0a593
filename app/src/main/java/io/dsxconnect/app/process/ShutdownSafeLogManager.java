package io.dsxconnect.app.process;

import java.util.logging.LogManager;

/**
 * Keeps the log handlers open until the process ends. The JDK's log manager closes them in a
 * shutdown hook, in no order with that of {@link Lifetime}, so messages of a draining server would
 * be lost. Public because a system property names it.
 */
public final class ShutdownSafeLogManager extends LogManager {
  /** Called by the JDK. */
  public ShutdownSafeLogManager() {}

  /** Does nothing: {@link Logs} alone sets handlers, and they flush each line. */
  @Override
  public void reset() {
    // The JDK calls this in its shutdown hook.
  }
}
