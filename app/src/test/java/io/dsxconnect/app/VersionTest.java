package io.dsxconnect.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.api.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The version is in the root pom. Files that cannot read it name the same one; {@code
 * deploy/release/set-version.sh} changes them all.
 */
class VersionTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Tags of our images, names of our archives, the build argument of the images. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?:dsxconnect/(?:dsx-connect|dsx-connect-rsyslog|filesystem-connector|scanner-standin):"
              + "|dsx-connect-(?:compose-bundle-)?(?=[0-9])"
              + "|ARG VERSION=)([0-9]+(?:\\.[0-9]+)*)");

  @Test
  void the_program_has_the_version_of_the_pom() throws IOException {
    assertThat(Versions.PRODUCT).isEqualTo(inPom("revision"));
    assertThat(Versions.SWAGGER_UI).isEqualTo(inPom("swagger-ui.version"));
  }

  @Test
  void every_file_that_names_a_version_names_the_one_of_the_pom() throws IOException {
    String version = inPom("revision");
    Set<String> files = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (Path file : texts()) {
      String name = ROOT.relativize(file).toString();
      Matcher named = NAMED.matcher(Files.readString(file));
      while (named.find()) {
        files.add(name);
        if (!named.group(1).equals(version)) {
          others.add(name + ": " + named.group());
        }
      }
    }
    assertThat(others).as("run deploy/release/set-version.sh %s", version).isEmpty();
    assertThat(files)
        .contains(
            "deploy/docker/Dockerfile",
            "deploy/docker/docker-compose-dsx-connect-all-services.yaml",
            "deploy/docker/sample.core.env",
            "docs/air-gapped.md",
            "docs/compose.md");
  }

  @Test
  void no_pom_but_the_root_names_a_version() throws IOException {
    try (Stream<Path> files = Files.find(ROOT, 3, (file, is) -> file.endsWith("pom.xml"))) {
      assertThat(files.filter(file -> !ROOT.relativize(file).toString().contains("target")))
          .hasSizeGreaterThan(10)
          .allSatisfy(
              file -> assertThat(file).content().contains("<version>${revision}</version>"));
    }
  }

  private static String inPom(String property) throws IOException {
    Matcher value =
        Pattern.compile("<" + Pattern.quote(property) + ">([^<]*)</")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(value.find()).as(property).isTrue();
    return value.group(1);
  }

  private static Set<Path> texts() throws IOException {
    Set<Path> texts = new TreeSet<>();
    for (String folder : Set.of("deploy", "docs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().matches(".*(\\.(yaml|env|md|sh|txt)|Dockerfile)"))
            .forEach(texts::add);
      }
    }
    texts.add(ROOT.resolve("README.md"));
    texts.add(ROOT.resolve("CONTRIBUTING.md"));
    return texts;
  }
}
