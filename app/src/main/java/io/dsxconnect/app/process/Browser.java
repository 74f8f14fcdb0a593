package io.dsxconnect.app.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a page in the browser of the desktop, if there is one. */
public final class Browser {
  private static final Logger log = LoggerFactory.getLogger(Browser.class);

  private Browser() {}

  /**
   * Opens a page in the background. Does nothing without a desktop, and never fails.
   *
   * @param environment variables of the process
   */
  public static void open(String url, Map<String, String> environment) {
    Optional<Path> opener = opener(System.getProperty("os.name", ""), environment);
    if (opener.isEmpty()) {
      return;
    }
    try {
      new ProcessBuilder(List.of(opener.get().toString(), url))
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      log.debug("{} could not be started: {}", opener.get(), e.getMessage());
    }
  }

  /**
   * The program that opens a page; empty without a desktop or without such a program.
   *
   * @param system name of the operating system
   */
  static Optional<Path> opener(String system, Map<String, String> environment) {
    if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
      return onPath("open", environment);
    }
    boolean desktop = isSet("DISPLAY", environment) || isSet("WAYLAND_DISPLAY", environment);
    return desktop ? onPath("xdg-open", environment) : Optional.empty();
  }

  private static boolean isSet(String name, Map<String, String> environment) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static Optional<Path> onPath(String program, Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty()) {
        Path file = Path.of(folder).resolve(program);
        if (Files.isExecutable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
