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
 * A certificate, with its chain, and its key.
 *
 * @param certificate a PEM file, the own certificate first
 * @param key a PEM file
 */
public record KeyFiles(Path certificate, Path key) {

  private record Identity(List<X509Certificate> chain, PrivateKey key) {}

  private Identity read() throws UnusableFileException {
    Identity identity = new Identity(Pem.certificates(certificate), Pem.key(key));
    if (!belongTogether(identity)) {
      throw new UnusableFileException(
          key + " is not the key of the first certificate in " + certificate);
    }
    return identity;
  }

  private static boolean belongTogether(Identity identity) {
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
   * Gives the files' key to TLS, each time as it is then.
   *
   * @throws UnusableFileException when they cannot be used now
   */
  X509ExtendedKeyManager manager(Duration interval) throws UnusableFileException {
    return new Manager(new ReloadingFile<>(files(), interval, this::read)::get, asked -> {});
  }

  /**
   * Gives the files' key to TLS, as it is now.
   *
   * @throws UnusableFileException when they cannot be used now
   */
  X509ExtendedKeyManager managerNow() throws UnusableFileException {
    Identity now = read();
    return new Manager(() -> now, asked -> {});
  }

  /**
   * For a client that has no certificate.
   *
   * @param asked is told of connections whose server asks for one
   */
  static X509ExtendedKeyManager nothing(Consumer<Socket> asked) {
    return new Manager(() -> null, asked);
  }

  List<Path> files() {
    return List.of(certificate, key);
  }

  /** One handshake asks several times and must get one identity: the alias holds on to it. */
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
