package io.dsxconnect.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.app.command.ConfigCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compose files, sample environments and guides name existing settings only, and all of them. */
class DeploymentFilesTest {
  @Test
  void bug_a_process_that_ran_out_of_memory_lived_on_without_some_of_its_threads()
      throws IOException {
    for (String launcher : List.of("deploy/java.options", "dsx")) {
      assertThat(Files.readString(ROOT.resolve(launcher)))
          .as(launcher)
          .contains("-XX:+ExitOnOutOfMemoryError");
    }
  }

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DOCKER = ROOT.resolve("deploy/docker");
  private static final String CORE = "docker-compose-dsx-connect-all-services.yaml";
  private static final String CONNECTOR = "docker-compose-filesystem-connector.yaml";

  /** A row of the reference page. A secret has a second name, with {@code _FILE}. */
  private static final Pattern SETTING = Pattern.compile("(?m)^\\| `(DSX[A-Z_]+)` \\| (secret)?");

  /** A key of an environment. */
  private static final Pattern KEY = Pattern.compile("(?m)^ +(DSX[A-Z_]+):");

  private static final Pattern NAME = Pattern.compile("\\bDSX[A-Z]*_[A-Z_]*[A-Z]\\b");

  /** Variables that Compose files and scripts read themselves, and older names of settings. */
  private static final Set<String> OTHER_NAMES =
      Set.of(
          "DSXA_BIND",
          "DSXA_CONTAINER_NAME",
          "DSXA_IMAGE",
          "DSXCONNECT_API_BIND",
          "DSXCONNECT_API_PORT",
          "DSXCONNECT_CERTS",
          "DSXCONNECT_DATABASE__RETAIN",
          "DSXCONNECT_IMAGE",
          "DSXCONNECT_REDIS_APPENDFSYNC",
          "DSXCONNECT_REDIS_MAXMEMORY",
          "DSXCONNECT_RESULTS_DATABASE__RETAIN",
          "DSXCONNECT_SCANNER__SCAN_BINARY_URL",
          "DSXCONNECTOR_BIND",
          "DSXCONNECTOR_GID",
          "DSXCONNECTOR_PORT",
          "DSXCONNECTOR_UID",
          "DSXCONNECT_MEMORY",
          "DSXCONNECT_REDIS_MEMORY",
          "DSXCONNECTOR_MEMORY",
          "DSX_BUILD_TIMESTAMP",
          "DSX_CA_BUNDLE",
          "DSX_CONTAINER_SANDBOX",
          "DSX_HEALTH_FILE",
          "DSX_REDIS_SERVER",
          "DSX_REQUIRE_BROWSER",
          "DSX_HEALTH_PORT",
          "DSX_JAVA_HOME",
          "DSX_JAVA_OPTS",
          "DSX_STANDIN_DELAY",
          "DSX_STANDIN_TOKEN",
          "DSX_URL");

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * @param section of the reference page: 1 is the core, 2 the connector
   */
  private static Set<String> settings(int section) {
    String page = ConfigCommand.referencePage().split("(?m)^## ", -1)[section];
    return SETTING
        .matcher(page)
        .results()
        .flatMap(
            row ->
                row.group(2) == null
                    ? Stream.of(row.group(1))
                    : Stream.of(row.group(1), row.group(1) + "_FILE"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> passedOn(String file) {
    return KEY.matcher(read(DOCKER.resolve(file)))
        .results()
        .map(key -> key.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> texts() throws IOException {
    List<Path> texts = new ArrayList<>();
    for (String folder : List.of("deploy", "docs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().matches(".*\\.(yaml|env|md|sh)")).forEach(texts::add);
      }
    }
    return texts;
  }

  @Test
  void every_setting_of_the_core_reaches_its_containers() {
    Set<String> missing = new TreeSet<>(settings(1));
    missing.removeAll(passedOn(CORE));
    assertThat(missing).as("settings that no service of " + CORE + " gets").isEmpty();
  }

  @Test
  void every_setting_of_the_connector_reaches_its_container() {
    Set<String> wanted = settings(2);
    // Fixed by the image.
    wanted.removeAll(Set.of("DSXCONNECTOR_ASSET_MOUNT", "DSXCONNECTOR_QUARANTINE_MOUNT"));
    wanted.removeAll(passedOn(CONNECTOR));
    assertThat(wanted).as("settings that no service of " + CONNECTOR + " gets").isEmpty();
  }

  @Test
  void every_name_in_files_and_guides_exists() throws Exception {
    Set<String> known = new TreeSet<>(settings(1));
    known.addAll(settings(2));
    known.addAll(OTHER_NAMES);
    List<Path> files = texts();
    assertThat(files).hasSizeGreaterThan(15);
    Set<String> unknown = new TreeSet<>();
    for (Path file : files) {
      Matcher names = NAME.matcher(read(file));
      while (names.find()) {
        // Guides may name a common prefix, and scripts build names from parts.
        boolean prefix = known.stream().anyMatch(name -> name.startsWith(names.group() + "_"));
        if (!known.contains(names.group()) && !prefix) {
          unknown.add(ROOT.relativize(file) + ": " + names.group());
        }
      }
    }
    assertThat(unknown).isEmpty();
  }
}
