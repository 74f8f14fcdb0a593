package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.StartFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

/** Reads files of certificates and keys, and reports those that cannot be used. */
class PemTest extends TlsFixture {
  @Test
  void keys_in_every_usual_form_are_read() throws Exception {
    ca.openssl("rsa -in server.key -traditional -out pkcs1.key");
    ca.openssl("ecparam -genkey -name prime256v1 -out sec1.key");
    ca.openssl("genpkey -algorithm ed25519 -out ed.key");
    Path folder = ca.bundle().resolveSibling("");
    assertThat(Pem.key(folder.resolve("pkcs1.key"))).isEqualTo(Pem.key(server.key()));
    assertThat(Pem.key(folder.resolve("sec1.key")).getAlgorithm()).isEqualTo("EC");
    assertThat(Pem.key(folder.resolve("ed.key")).getAlgorithm()).isEqualTo("EdDSA");
    ca.openssl("pkey -in server.key -aes256 -passout pass:x -out locked.key");
    assertThatThrownBy(() -> Pem.key(folder.resolve("locked.key")))
        .hasMessageContaining("is encrypted; decrypt it");
  }

  @Test
  void bug_a_key_in_another_common_format_was_no_key_without_a_hint() throws Exception {
    ca.openssl("rsa -in server.key -traditional -aes128 -passout pass:x -out legacy.key");
    ca.openssl("pkey -in server.key -outform DER -out der.key");
    ca.openssl("pkcs12 -export -in server.crt -inkey server.key -passout pass:x -out both.p12");
    ca.openssl("x509 -in server.crt -outform DER -out der.crt");
    ca.openssl("x509 -in server.crt -trustout -out trusted.crt");
    Path folder = ca.bundle().resolveSibling("");
    Path utf16 = folder.resolve("utf16.key");
    Files.writeString(utf16, "\uFEFF" + Files.readString(server.key()), StandardCharsets.UTF_16LE);
    Path ssh =
        Files.writeString(folder.resolve("ssh.key"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    assertRefused(() -> Pem.key(folder.resolve("legacy.key")), "is encrypted", "openssl pkey -in");
    assertRefused(() -> Pem.key(folder.resolve("der.key")), "is DER", "openssl pkey -inform DER");
    assertRefused(() -> Pem.key(folder.resolve("both.p12")), "is PKCS#12", "openssl pkcs12 -nodes");
    assertRefused(() -> Pem.key(utf16), "is UTF-16", "iconv -f UTF-16");
    assertRefused(() -> Pem.key(ssh), "is an OpenSSH key", "ssh-keygen -p -m PKCS8");
    assertRefused(
        () -> Pem.certificates(folder.resolve("der.crt")), "is DER", "openssl x509 -inform DER");
    assertRefused(
        () -> Pem.certificates(folder.resolve("trusted.crt")),
        "is OpenSSL's TRUSTED CERTIFICATE",
        "openssl x509 -in");
  }

  @Test
  void bug_a_broken_block_of_a_bundle_was_not_named() throws Exception {
    Path bundle =
        Files.writeString(
            temp.resolve("bundle.pem"),
            Files.readString(ca.bundle())
                + "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    assertRefused(
        () -> Pem.certificates(bundle), "has an invalid certificate (number 2 in the file)");
  }

  private static void assertRefused(ThrowableAssert.ThrowingCallable reading, String... words) {
    assertThatThrownBy(reading)
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void files_that_cannot_be_used_are_one_line_that_names_them() throws Exception {
    Path nothing = Files.writeString(temp.resolve("nothing.pem"), "no pem");
    KeyFiles strange = files(ca.issue("strange", HERE));
    assertThatThrownBy(() -> serve(new KeyFiles(temp.resolve("none.crt"), server.key())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("none.crt does not exist");
    assertThatThrownBy(() -> serve(new KeyFiles(nothing, server.key())))
        .hasMessageContaining("nothing.pem has no PEM certificate");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), nothing)))
        .hasMessageContaining("nothing.pem has no PEM private key");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), strange.key())))
        .hasMessageContaining("is not the key of the first certificate");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), temp)))
        .hasMessageContaining(temp + " is not a regular file");
    assertThatThrownBy(() -> trusting(nothing).client())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("nothing.pem has no PEM certificate")
        .hasMessageContaining("DSX_CA_BUNDLE");
  }
}
