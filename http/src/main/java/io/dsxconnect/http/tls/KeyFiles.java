package io.dsxconnect.http.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The files of a certificate with its chain, and of its private key. Immutable.
 *
 * @param certificate a PEM file; the certificate itself is first
 * @param key a PEM file; not encrypted
 */
public record KeyFiles(Path certificate, Path key) {

  private record Identity(List<X509Certificate> chain, PrivateKey key) {}

  private Identity read() throws UnusableFileException {
    Identity identity = new Identity(Pem.certificates(certificate), Pem.key(key));
    if (!match(identity)) {
      throw new UnusableFileException(
          key + " is not the key of the first certificate in " + certificate);
    }
    return identity;
  }

  private static boolean match(Identity identity) {
    PrivateKey key = identity.key();
    X509Certificate own = identity.chain().getFirst();
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] probe = {1, 2, 3};
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(own.getPublicKey());
      signer.update(probe);
      return signer.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * A key manager that reads the files again when they change.
   *
   * @param interval the minimum time between two checks for a change
   * @throws UnusableFileException if the files cannot be used now
   */
  X509ExtendedKeyManager manager(Duration interval) throws UnusableFileException {
    return new Manager(new ReloadingFile<>(files(), interval, this::read)::get, asked -> {});
  }

  /**
   * A key manager with the current content of the files.
   *
   * @throws UnusableFileException if the files cannot be used
   */
  X509ExtendedKeyManager managerNow() throws UnusableFileException {
    Identity now = read();
    return new Manager(() -> now, asked -> {});
  }

  /**
   * A key manager for a client without a certificate.
   *
   * @param asked receives the connections whose server requests a certificate
   */
  static X509ExtendedKeyManager none(Consumer<Socket> asked) {
    return new Manager(() -> null, asked);
  }

  /** Both files. */
  List<Path> files() {
    return List.of(certificate, key);
  }

  /**
   * A handshake asks several times and must get the same identity each time, even if the files
   * change meanwhile: the alias selects it. Thread-safe.
   */
  private static final class Manager extends X509ExtendedKeyManager {
    private final Supplier<? extends @Nullable Identity> files;
    private final Consumer<Socket> asked;
    private @Nullable Identity current;
    private @Nullable Identity former;
    private int generation;

    Manager(Supplier<? extends @Nullable Identity> files, Consumer<Socket> asked) {
      this.files = files;
      this.asked = asked;
    }

    private synchronized @Nullable String alias(String @Nullable [] keyTypes) {
      Identity now = files.get();
      if (now == null) {
        return null;
      }
      if (!now.equals(current)) {
        former = current;
        current = now;
        generation++;
      }
      String algorithm = now.key().getAlgorithm();
      if (keyTypes != null) {
        for (String type : keyTypes) {
          if (type.equals(algorithm)) {
            return "key-" + generation;
          }
        }
      }
      return null;
    }

    private synchronized @Nullable Identity identity(String alias) {
      return alias.equals("key-" + generation) ? current : former;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(new String[] {keyType});
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(new String[] {keyType});
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      if (socket != null) {
        asked.accept(socket);
      }
      return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(keyTypes);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      Identity identity = identity(alias);
      return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      Identity identity = identity(alias);
      return identity == null ? null : identity.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      String alias = alias(new String[] {keyType});
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return getServerAliases(keyType, issuers);
    }
  }
}
