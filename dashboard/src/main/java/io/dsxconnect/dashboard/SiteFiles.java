package io.dsxconnect.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The files in the folder {@code site}, read from the class path. Immutable.
 *
 * @param document the page, with placeholders
 * @param assets all other files by their path in the folder
 */
record SiteFiles(String document, SortedMap<String, byte[]> assets) {
  private static final String DOCUMENT = "index.html";

  private static final Map<String, String> TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8");

  static SiteFiles read() {
    URL folder = Objects.requireNonNull(SiteFiles.class.getResource("site"), "the folder site");
    try {
      SortedMap<String, byte[]> files =
          folder.openConnection() instanceof JarURLConnection jar
              ? readJar(jar)
              : readFolder(Path.of(folder.toURI()));
      byte[] document = Objects.requireNonNull(files.remove(DOCUMENT), DOCUMENT);
      return new SiteFiles(new String(document, StandardCharsets.UTF_8), files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has a malformed URL", e);
    }
  }

  /** Without a file system for jars, which a runtime of few modules may lack. */
  private static SortedMap<String, byte[]> readJar(JarURLConnection folder) throws IOException {
    folder.setUseCaches(false);
    String prefix = folder.getEntryName() + "/";
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (JarFile jar = folder.getJarFile()) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().startsWith(prefix) && !entry.isDirectory()) {
          try (InputStream in = jar.getInputStream(entry)) {
            files.put(entry.getName().substring(prefix.length()), in.readAllBytes());
          }
        }
      }
    }
    return files;
  }

  private static SortedMap<String, byte[]> readFolder(Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return files;
  }

  /** The Content-Type of a file. */
  static String type(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return Objects.requireNonNull(TYPES.get(extension), () -> "the type of " + name);
  }

  /** A digest in hex, 16 digits, that changes whenever a file, or {@code version}, does. */
  String digest(String version) {
    MessageDigest sha256 = sha256();
    sha256.update(version.getBytes(StandardCharsets.UTF_8));
    assets.forEach(
        (name, content) -> {
          sha256.update(name.getBytes(StandardCharsets.UTF_8));
          sha256.update(content);
        });
    return HexFormat.of().formatHex(sha256.digest(), 0, 8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
