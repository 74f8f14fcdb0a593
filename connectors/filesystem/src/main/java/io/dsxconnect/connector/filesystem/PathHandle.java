package io.dsxconnect.connector.filesystem;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hold on a file or folder that has not been opened: {@code O_PATH} never waits for a FIFO's
 * other end, touches no device and follows no link in the last place. Only when it is known to be
 * the one that was looked at is it opened, through {@link #path()}, and no rename in between can
 * put another one there. Linux on x64 and arm64; elsewhere {@link #available()} is false.
 */
final class PathHandle implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  private static final @Nullable Calls CALLS = Calls.find();

  private final Calls calls;
  private final int descriptor;

  private PathHandle(Calls calls, int descriptor) {
    this.calls = calls;
    this.descriptor = descriptor;
  }

  static boolean available() {
    return CALLS != null;
  }

  /**
   * @param seen of what must be there; its key alone does not tell, for file systems give that of
   *     what was deleted to what is made next
   * @throws IOException when it is not there, or is another one by now
   */
  static PathHandle of(Path path, BasicFileAttributes seen) throws IOException {
    if (CALLS == null) {
      throw new IOException("files cannot be held without opening them on this system");
    }
    PathHandle pinned = new PathHandle(CALLS, CALLS.open(path));
    boolean same = false;
    try {
      BasicFileAttributes held = Files.readAttributes(pinned.path(), BasicFileAttributes.class);
      same =
          Objects.equals(held.fileKey(), seen.fileKey())
              && held.isRegularFile() == seen.isRegularFile()
              && held.isDirectory() == seen.isDirectory();
    } finally {
      if (!same) {
        pinned.close();
      }
    }
    if (!same) {
      throw new IOException("it was replaced while it was opened");
    }
    return pinned;
  }

  /** Leads to what is held, under whatever name it is by now; to be followed as a link is. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  @Override
  public void close() {
    calls.close(descriptor);
  }

  /** The two system calls. */
  private record Calls(MethodHandle openat, MethodHandle closing, int flags) {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static @Nullable Calls find() {
      if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
        return null;
      }
      int noFollow =
          switch (System.getProperty("os.arch", "")) {
            case "amd64" -> 0x20000;
            case "aarch64" -> 0x8000;
            default -> 0;
          };
      if (noFollow == 0) {
        return null;
      }
      try {
        Calls calls = link(O_PATH | O_CLOEXEC | noFollow);
        // Whether /proc is there, and may be used for this.
        Path root = Path.of("/");
        int descriptor = calls.open(root);
        try {
          return Files.isSameFile(Path.of("/proc/self/fd/" + descriptor), root) ? calls : null;
        } finally {
          calls.close(descriptor);
        }
      } catch (IOException | RuntimeException | LinkageError e) {
        // Files are opened as everywhere else.
        return null;
      }
    }

    @SuppressWarnings("restricted") // the launcher allows it; where it is not, find() copes
    private static Calls link(int flags) {
      Linker linker = Linker.nativeLinker();
      return new Calls(
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("openat"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT),
              Linker.Option.firstVariadicArg(3),
              Linker.Option.captureCallState("errno")),
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
          flags);
    }

    int open(Path path) throws IOException {
      byte[] name = Location.bytes(path);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment text = arena.allocate(name.length + 1L);
        text.asByteBuffer().put(name);
        MemorySegment state = arena.allocate(STATE);
        int descriptor = (int) openat.invokeExact(state, AT_FDCWD, text, flags);
        if (descriptor < 0) {
          throw failure(path, (int) ERRNO.get(state, 0L));
        }
        return descriptor;
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("openat", e);
      }
    }

    void close(int descriptor) {
      try {
        int ignored = (int) closing.invokeExact(descriptor);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("close", e);
      }
    }

    private static IOException failure(Path path, int errno) {
      String name = Location.of(path);
      return switch (errno) {
        case 2 -> new NoSuchFileException(name);
        case 13 -> new AccessDeniedException(name);
        case 20 -> new NotDirectoryException(name);
        case 23, 24 -> new FileSystemException(name, null, "too many open files");
        case 36 -> new FileSystemException(name, null, "the path is too long");
        default -> new FileSystemException(name, null, "error " + errno + " when it was opened");
      };
    }
  }
}
