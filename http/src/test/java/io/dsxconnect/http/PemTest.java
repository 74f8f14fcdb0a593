package io.dsxconnect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Files of certificates and keys, and what is said of those that are none. */
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
  void files_that_cannot_be_used_are_one_line_that_names_them() throws Exception {
    Path nothing = Files.writeString(temp.resolve("nothing.pem"), "no pem");
    KeyFiles strange = ca.issue("strange", HERE);
    assertThatThrownBy(() -> serve(new KeyFiles(temp.resolve("none.crt"), server.key())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("none.crt does not exist");
    assertThatThrownBy(() -> serve(new KeyFiles(nothing, server.key())))
        .hasMessageContaining("nothing.pem holds no PEM certificate");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), nothing)))
        .hasMessageContaining("nothing.pem holds no PEM private key");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), strange.key())))
        .hasMessageContaining("is not the key of the first certificate");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), temp)))
        .hasMessageContaining(temp + " is not a file");
    assertThatThrownBy(() -> trusting(nothing).client())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("nothing.pem holds no PEM certificate")
        .hasMessageContaining("DSX_CA_BUNDLE");
  }
}
