package io.dsxconnect.app.process;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Checks whether a server on this machine is alive. Exit code 0: alive, 1: not alive or not ready
 * yet, 2: wrong use. A separate main class with few dependencies, because containers run it every
 * few seconds.
 */
public final class HealthCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_BODY_BYTES = 16 * 1024;

  private HealthCheck() {}

  /**
   * @param args the word {@code health}, then an optional URL
   */
  public static void main(String[] args) {
    int code;
    try {
      code = run(args.length > 1 ? args[1] : "", System.getenv());
    } catch (StartFailure e) {
      System.err.println("dsx: " + Printable.of(String.valueOf(e.getMessage())));
      code = 2;
    }
    System.exit(code);
  }

  /**
   * Prints the response of the health URL. Blocks for at most 5 seconds to connect and 5 seconds
   * without a byte of the response.
   *
   * @param url empty for the one in the file that {@code DSX_HEALTH_FILE} names
   * @return the exit code
   * @throws StartFailure for a wrong URL, or when neither a URL nor {@code DSX_HEALTH_FILE} is
   *     given
   */
  public static int run(String url, Map<String, String> environment) {
    String target = url.isEmpty() ? HealthFile.of(environment).read().orElse("") : url;
    if (target.isEmpty()) {
      System.out.println("not ready yet");
      return 1;
    }
    if (!target.matches("https?://[^\\s]+")) {
      throw new StartFailure("not an http or https URL: " + target);
    }
    try {
      HttpURLConnection call = open(target);
      int code = call.getResponseCode();
      System.out.println(Printable.of(body(call, code)));
      return code == 200 ? 0 : 1;
    } catch (IOException | IllegalArgumentException e) {
      System.out.println("no response from " + Printable.of(target + ": " + e.getMessage()));
      return 1;
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
    call.setConnectTimeout((int) TIMEOUT.toMillis());
    call.setReadTimeout((int) TIMEOUT.toMillis());
    call.setInstanceFollowRedirects(false);
    if (call instanceof HttpsURLConnection secured) {
      // The call stays on this machine, at an address that the certificate need not name.
      secured.setSSLSocketFactory(trustAll().getSocketFactory());
      secured.setHostnameVerifier((host, session) -> true);
    }
    return call;
  }

  private static SSLContext trustAll() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      ClientTls tls = ClientTls.of(ClientTls.DEFAULT.names(), false, null);
      context.init(null, new TrustManager[] {tls.trustNow()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("this JDK has no TLS", e);
    }
  }

  private static String body(HttpURLConnection call, int code) throws IOException {
    try (InputStream in = code < 400 ? call.getInputStream() : call.getErrorStream()) {
      return in == null ? "" : new String(in.readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8);
    }
  }
}
