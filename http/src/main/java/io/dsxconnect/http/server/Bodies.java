package io.dsxconnect.http.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reading bodies, always with a bound. */
public final class Bodies {
  /** Bytes that are held for a body whose length is not announced. */
  private static final int FIRST = 8192;

  private Bodies() {}

  /**
   * A request's whole body.
   *
   * @throws Refusal 413 when it is longer than {@code max} bytes, 503 when all requests together
   *     hold too much, 400 when it breaks off or comes too slowly
   */
  public static byte[] read(ServerRequest request, int max) {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    long announced = request.headers().contentLength().orElse(-1);
    if (announced > max) {
      throw tooLarge(max);
    }
    Limits limits = request.context().get(Limits.class).orElse(Limits.DEFAULT);
    Optional<LoadShedder.Share> share = request.context().get(LoadShedder.Share.class);
    share.ifPresent(held -> held.hold(Math.max(announced, 0)));
    try (BodyRateGuard watched = new BodyRateGuard(limits);
        InputStream in = request.content().inputStream()) {
      byte[] body = new byte[announced < 0 ? FIRST : (int) announced + 1];
      int come = 0;
      for (int n; (n = in.read(body, come, body.length - come)) >= 0; ) {
        come += n;
        watched.came(n);
        if (come > max) {
          throw tooLarge(max);
        }
        if (come == body.length) {
          int larger = (int) Math.min(max + 1L, 2L * come);
          share.ifPresent(held -> held.hold(larger));
          body = Arrays.copyOf(body, larger);
        }
      }
      return come == body.length ? body : Arrays.copyOf(body, come);
    } catch (Refusal e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The server's streams end in exceptions of many kinds when what comes is no body.
      throw Refusal.of(400, "the request's body ended early or came too slowly");
    }
  }

  private static Refusal tooLarge(int max) {
    return Refusal.of(413, "the body is larger than " + max + " bytes");
  }

  /**
   * A request's body as JSON. No Content-Type means JSON: the original's connectors send none.
   *
   * @throws InvalidInput when it is not JSON or is declared to be something else
   */
  public static JsonNode json(ServerRequest request, int max) throws InvalidInput {
    JsonNode json = jsonIfAny(request, max);
    if (json == null || json.isNull()) {
      throw InvalidInput.missingBody();
    }
    return json;
  }

  /** The same of a body that may be absent; null when it is. */
  public static @Nullable JsonNode jsonIfAny(ServerRequest request, int max) throws InvalidInput {
    byte[] body = read(request, max);
    if (body.length == 0) {
      return null;
    }
    String type = request.headers().value(HeaderNames.CONTENT_TYPE).orElse(null);
    if (!isJson(type)) {
      throw InvalidInput.notAnObject(
          new String(body, 0, Math.min(body.length, 200), java.nio.charset.StandardCharsets.UTF_8));
    }
    return Json.parse(body);
  }

  /** Whether a Content-Type (null: none) announces JSON or nothing. */
  public static boolean isJson(@Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return true;
    }
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  /**
   * At most {@code max} bytes of a stream.
   *
   * @throws IOException when there is more
   */
  public static byte[] read(InputStream in, int max) throws IOException {
    byte[] body = in.readNBytes(max + 1);
    if (body.length > max) {
      throw new IOException("the answer is larger than " + max + " bytes");
    }
    return body;
  }
}
