package io.dsxconnect.e2e;

import io.dsxconnect.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** A certificate authority and one server certificate, whose files it can replace. */
final class DevCa {
  private static final String NAMES = "DNS:localhost,IP:127.0.0.1";

  private final TestCa authority;
  private final TestCa.Issued server;

  DevCa(Path folder) {
    try {
      authority = new TestCa(folder);
      server = authority.issue("server", NAMES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path bundle() {
    return authority.bundle();
  }

  Path certificate() {
    return server.certificate();
  }

  Path key() {
    return server.key();
  }

  /** Replaces certificate and key. */
  void issue() throws IOException {
    authority.reissue("server", NAMES);
  }

  /** Trusts this authority only. */
  SSLContext trusting() {
    return authority.trusting();
  }
}
