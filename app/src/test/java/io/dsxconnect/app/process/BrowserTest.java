package io.dsxconnect.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserTest {
  @TempDir Path folder;

  private Path program(String name, String script) throws Exception {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void a_page_is_opened_only_on_a_desktop_that_can() throws Exception {
    Map<String, String> path = Map.of("PATH", "/no/such/folder:" + folder);
    Map<String, String> x11 = Map.of("PATH", path.get("PATH"), "DISPLAY", ":0");
    Map<String, String> wayland = Map.of("PATH", path.get("PATH"), "WAYLAND_DISPLAY", "wayland-0");
    assertThat(Browser.opener("Linux", x11)).isEmpty();
    Path xdg = program("xdg-open", "exit 0");
    assertThat(Browser.opener("Linux", x11)).hasValue(xdg);
    assertThat(Browser.opener("Linux", wayland)).hasValue(xdg);
    assertThat(Browser.opener("Linux", path)).isEmpty();
    assertThat(Browser.opener("Linux", Map.of("PATH", "", "DISPLAY", ""))).isEmpty();
    assertThat(Browser.opener("Mac OS X", path)).isEmpty();
    Path open = program("open", "exit 0");
    assertThat(Browser.opener("Mac OS X", path)).hasValue(open);
  }

  @Test
  void a_program_that_cannot_be_started_is_no_failure() throws Exception {
    Path broken = folder.resolve("xdg-open");
    Files.writeString(broken, "#!/no/such/interpreter\n");
    Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
    Browser.open("http://127.0.0.1:1/", Map.of("PATH", folder.toString(), "DISPLAY", ":0"));
  }
}
