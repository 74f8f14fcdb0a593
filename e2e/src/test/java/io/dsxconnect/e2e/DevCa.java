package io.dsxconnect.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority for tests, made with OpenSSL, and one server certificate that it can
 * replace.
 */
final class DevCa {
  private final Path folder;

  DevCa(Path folder) {
    try {
      this.folder = Files.createDirectories(folder);
      openssl(
          "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=dev-ca"
              + " -keyout ca.key -out ca.crt");
      issue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path bundle() {
    return folder.resolve("ca.crt");
  }

  Path certificate() {
    return folder.resolve("server.crt");
  }

  Path key() {
    return folder.resolve("server.key");
  }

  /** Replaces certificate and key. */
  void issue() throws IOException {
    openssl("req -newkey rsa:2048 -nodes -subj /CN=server -keyout new.key -out new.csr");
    Files.writeString(folder.resolve("ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    openssl(
        "x509 -req -in new.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile ext -days 2"
            + " -out new.crt");
    Files.move(folder.resolve("new.key"), key(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(folder.resolve("new.crt"), certificate(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Trusts this authority only. */
  SSLContext trusting() {
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

  private void openssl(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("openssl " + arguments + ": " + out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
