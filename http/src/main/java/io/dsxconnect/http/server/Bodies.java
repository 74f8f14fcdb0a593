package io.dsxconnect.http.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads bodies, always up to a limit. Thread-safe; every method blocks until it has the body. */
public final class Bodies {
  /** Buffer for a body without Content-Length; it grows as the body arrives. */
  private static final int INITIAL_BUFFER_BYTES = 8192;

  /** How much of a body that is not JSON the error quotes. */
  private static final int MAX_QUOTED_BYTES = 200;

  private Bodies() {}

  /**
   * Reads the whole body of a request. A request without a body gives an empty array.
   *
   * @param max in bytes
   * @throws Refusal 413 if the body is longer than {@code max}, 503 if the bodies of all requests
   *     together exceed {@link Limits#bodies()}, 400 if the body ends early or arrives too slowly
   *     ({@link Limits#body()})
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
    try (BodyRateGuard guard = new BodyRateGuard(limits)) {
      // Not closed: that would wait for more of a body that is too large.
      InputStream in = request.content().inputStream();
      byte[] body = new byte[announced < 0 ? INITIAL_BUFFER_BYTES : (int) announced + 1];
      int length = 0;
      for (int n; (n = in.read(body, length, body.length - length)) >= 0; ) {
        length += n;
        guard.received(n);
        if (length > max) {
          throw tooLarge(max);
        }
        if (length == body.length) {
          int larger = (int) Math.min(max + 1L, 2L * length);
          share.ifPresent(held -> held.hold(larger));
          body = Arrays.copyOf(body, larger);
        }
      }
      return length == body.length ? body : Arrays.copyOf(body, length);
    } catch (Refusal e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Helidon's streams report a malformed or broken body with exceptions of many types.
      throw Refusal.of(400, "the request's body ended early or arrived too slowly");
    }
  }

  private static Refusal tooLarge(int max) {
    return Refusal.of(413, "the body is larger than " + max + " bytes");
  }

  /**
   * Reads the body of a request as JSON. A missing Content-Type counts as JSON: the connectors of
   * the original product send none.
   *
   * @param max in bytes
   * @throws InvalidInput if the body is missing, is not JSON, or has another Content-Type
   * @throws Refusal see {@link #read(ServerRequest, int)}
   */
  public static JsonNode json(ServerRequest request, int max) throws InvalidInput {
    JsonNode json = jsonIfAny(request, max);
    if (json == null || json.isNull()) {
      throw InvalidInput.missingBody();
    }
    return json;
  }

  /**
   * Like {@link #json}, for a body that may be absent.
   *
   * @return null if the request has no body
   * @throws InvalidInput if the body is not JSON or has another Content-Type
   * @throws Refusal see {@link #read(ServerRequest, int)}
   */
  public static @Nullable JsonNode jsonIfAny(ServerRequest request, int max) throws InvalidInput {
    byte[] body = read(request, max);
    if (body.length == 0) {
      return null;
    }
    String type = request.headers().value(HeaderNames.CONTENT_TYPE).orElse(null);
    if (!isJson(type)) {
      throw InvalidInput.notAnObject(
          new String(body, 0, Math.min(body.length, MAX_QUOTED_BYTES), StandardCharsets.UTF_8));
    }
    return Json.parse(body);
  }

  /** Whether a Content-Type is JSON ({@code application/json} or {@code +json}), null or blank. */
  public static boolean isJson(@Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return true;
    }
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  /**
   * Reads a stream to its end.
   *
   * @param max in bytes
   * @throws IOException if the stream is longer than {@code max}, or reading fails
   */
  public static byte[] read(InputStream in, int max) throws IOException {
    byte[] body = in.readNBytes(max + 1);
    if (body.length > max) {
      throw new IOException("the response is larger than " + max + " bytes");
    }
    return body;
  }
}
