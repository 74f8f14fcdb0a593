package io.dsxconnect.core.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Versions that the build takes from the poms: no Java file names one. */
public final class Versions {
  /** The version of dsx-connect. */
  public static final String PRODUCT;

  /** The version of the Swagger UI on the class path. */
  public static final String SWAGGER_UI;

  static {
    Properties versions = read();
    PRODUCT = versions.getProperty("product", "unknown");
    SWAGGER_UI = versions.getProperty("swagger-ui", "unknown");
  }

  private Versions() {}

  private static Properties read() {
    Properties versions = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      versions.load(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }
}
