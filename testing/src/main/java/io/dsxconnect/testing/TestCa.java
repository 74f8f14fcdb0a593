package io.dsxconnect.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority made with OpenSSL: the JDK's tool rejects names with underscores. */
public final class TestCa {
  private final Path folder;

  /** A certificate and its key, each a PEM file. */
  public record Issued(Path certificate, Path key) {}

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

  private TestCa(Path folder, Issued own) throws IOException {
    this.folder = Files.createDirectories(folder);
    Files.copy(own.certificate(), folder.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(own.key(), folder.resolve("ca.key"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** An authority that this one signed; the same one for the same name. */
  public TestCa intermediate(String name) throws IOException {
    Issued own = new Issued(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
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
  public Issued issue(String name, String names) throws IOException {
    return issue(name, names, 2);
  }

  /**
   * @param names for example {@code DNS:localhost,IP:127.0.0.1}
   * @param days of validity from now; negative for an expired certificate
   */
  public Issued issue(String name, String names, int days) throws IOException {
    openssl("genrsa -out @.key 2048".replace("@", name));
    return sign(name, names, days);
  }

  /** Signs an existing key. */
  public Issued sign(String name, String names, int days) throws IOException {
    openssl("req -new -subj /CN=@ -key @.key -out @.csr".replace("@", name));
    Files.writeString(
        folder.resolve("ext"), names.isEmpty() ? "\n" : "subjectAltName=" + names + "\n");
    openssl(
        "x509 -req -in @.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile ext -out @.crt -days "
                .replace("@", name)
            + days);
    return new Issued(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  /** Runs OpenSSL in the authority's folder. */
  public void openssl(String arguments) throws IOException {
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

  /** Replaces an issued certificate and its key by new ones, in the same two files. */
  public Issued reissue(String name, String names) throws IOException {
    Issued next = issue("next-" + name, names);
    Issued kept = new Issued(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    Files.move(next.key(), kept.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(next.certificate(), kept.certificate(), StandardCopyOption.REPLACE_EXISTING);
    return kept;
  }

  /** A TLS context for clients that trusts this authority and no other. */
  public SSLContext trusting() {
    try (InputStream pem = Files.newInputStream(bundle())) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
