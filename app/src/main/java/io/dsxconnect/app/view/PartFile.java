package io.dsxconnect.app.view;

import io.dsxconnect.settings.StartFailure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written under a temporary name and takes its final name only when it is complete,
 * so an aborted run leaves no incomplete file. The temporary name is random and only the owner may
 * read the file: in a shared folder other users can neither choose which file is overwritten nor
 * read it. Not thread-safe.
 */
public final class PartFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PartFile.class);

  private final Path file;
  private final Path part;
  private final Sink out;

  /**
   * Creates the temporary file in the folder of {@code file}.
   *
   * @throws StartFailure in one line when it cannot be created
   */
  public PartFile(Path file) {
    this.file = file.toAbsolutePath();
    this.part = this.file.resolveSibling("." + UUID.randomUUID() + ".dsx-part");
    try {
      SeekableByteChannel channel =
          Files.newByteChannel(
              part,
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      this.out = new Sink(new BufferedOutputStream(Channels.newOutputStream(channel)));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * The stream to write to. Its failures, such as a full disk, are a {@link StartFailure} in one
   * line.
   */
  public OutputStream out() {
    return out;
  }

  /** Appends text as UTF-8; fails as {@link #out} does. */
  public void append(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
  }

  /** The temporary file. A scan must leave it out. */
  public Path part() {
    return part;
  }

  /**
   * Writes the buffered bytes and renames the temporary file, replacing an older file.
   *
   * @throws StartFailure in one line when either fails
   */
  public void complete() {
    try {
      out.close();
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private StartFailure failure(IOException e) {
    return new StartFailure("cannot write " + file + ": " + reason(e), e);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "its folder does not exist";
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException exists -> "a file of that name exists";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Deletes the temporary file, unless it was completed. */
  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      log.debug("{} is incomplete and is deleted", part, e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Turns failures of the disk into {@link StartFailure}, with the name of the file. */
  private final class Sink extends OutputStream {
    private final OutputStream to;

    Sink(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      try {
        to.write(bytes, from, count);
      } catch (IOException e) {
        throw failure(e);
      }
    }

    @Override
    public void close() throws IOException {
      to.close();
    }
  }
}
