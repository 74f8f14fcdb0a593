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
 * Asks a server on this machine whether it is alive; exit code 0 when it is, 1 when not (yet), 2
 * for a wrong call. A main class of its own, with as little behind it as can be, because a
 * container is asked all its life long.
 */
public final class HealthCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST = 16 * 1024;

  private HealthCheck() {}

  /**
   * @param args the word {@code health}, then nothing or a URL
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
   * @param url empty: what the server noted
   * @throws StartFailure for a wrong call
   */
  public static int run(String url, Map<String, String> environment) {
    String asked = url.isEmpty() ? HealthFile.of(environment).read().orElse("") : url;
    if (asked.isEmpty()) {
      System.out.println("not ready yet");
      return 1;
    }
    if (!asked.matches("https?://[^\\s]+")) {
      throw new StartFailure("not a URL: " + asked);
    }
    try {
      HttpURLConnection call = open(asked);
      int code = call.getResponseCode();
      System.out.println(Printable.of(body(call, code)));
      return code == 200 ? 0 : 1;
    } catch (IOException | IllegalArgumentException e) {
      System.out.println("no answer from " + Printable.of(asked + ": " + e.getMessage()));
      return 1;
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
    call.setConnectTimeout((int) PATIENCE.toMillis());
    call.setReadTimeout((int) PATIENCE.toMillis());
    call.setInstanceFollowRedirects(false);
    if (call instanceof HttpsURLConnection secured) {
      // It is this machine that answers, by an address that its certificate need not name.
      secured.setSSLSocketFactory(anybody().getSocketFactory());
      secured.setHostnameVerifier((host, session) -> true);
    }
    return call;
  }

  private static SSLContext anybody() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      ClientTls tls = ClientTls.of(ClientTls.DEFAULT.names(), false, null);
      context.init(null, new TrustManager[] {tls.trustNow()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("every JDK has TLS", e);
    }
  }

  private static String body(HttpURLConnection call, int code) throws IOException {
    try (InputStream in = code < 400 ? call.getInputStream() : call.getErrorStream()) {
      return in == null ? "" : new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
    }
  }
}
