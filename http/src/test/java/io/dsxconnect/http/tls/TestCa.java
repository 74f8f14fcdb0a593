package io.dsxconnect.http.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority made with OpenSSL: the JDK's tool rejects names with underscores. */
public final class TestCa {
  private final Path folder;

  public TestCa(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca"
            + " -keyout ca.key -out ca.crt");
  }

  /**
   * An authority whose own certificate has the given extensions.
   *
   * @param extensions one per line, in the syntax of OpenSSL
   */
  public TestCa(Path folder, String extensions) throws IOException {
    this.folder = Files.createDirectories(folder);
    Files.writeString(folder.resolve("own"), extensions + "\n");
    openssl(
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test-ca"
            + " -keyout ca.key -out ca.csr");
    openssl("x509 -req -in ca.csr -signkey ca.key -extfile own -days 2 -out ca.crt");
  }

  private TestCa(Path folder, KeyFiles own) throws IOException {
    this.folder = Files.createDirectories(folder);
    Files.copy(own.certificate(), folder.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(own.key(), folder.resolve("ca.key"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** An authority that this one signed; the same one for the same name. */
  TestCa intermediate(String name) throws IOException {
    KeyFiles own = new KeyFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    if (!Files.exists(own.certificate())) {
      own = issue(name, "DNS:" + name + "\nbasicConstraints=CA:TRUE");
    }
    return new TestCa(folder.resolve("below-" + name), own);
  }

  /** The authority's certificate. */
  public Path bundle() {
    return folder.resolve("ca.crt");
  }

  /** Valid for two days. */
  public KeyFiles issue(String name, String names) throws IOException {
    return issue(name, names, 2);
  }

  /**
   * @param names for example {@code DNS:localhost,IP:127.0.0.1}
   * @param days of validity from now; negative for an expired certificate
   */
  public KeyFiles issue(String name, String names, int days) throws IOException {
    openssl("genrsa -out @.key 2048".replace("@", name));
    return sign(name, names, days);
  }

  /** Signs an existing key. */
  public KeyFiles sign(String name, String names, int days) throws IOException {
    openssl("req -new -subj /CN=@ -key @.key -out @.csr".replace("@", name));
    Files.writeString(
        folder.resolve("ext"), names.isEmpty() ? "\n" : "subjectAltName=" + names + "\n");
    openssl(
        "x509 -req -in @.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile ext -out @.crt -days "
                .replace("@", name)
            + days);
    return new KeyFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  /** Runs OpenSSL in the authority's folder. */
  void openssl(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("openssl " + arguments + ": " + out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
