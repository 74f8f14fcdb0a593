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
 * A handle on a file or folder that is not opened: {@code O_PATH} does not block on a FIFO, does
 * not touch a device, and does not follow a link as the last component. After the check that it is
 * the expected file, it is opened through {@link #path()}, so that no rename in between can
 * exchange it. Available on Linux for x64 and arm64; elsewhere {@link #available()} is false.
 * Confined to one thread.
 */
final class PathHandle implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  private static final @Nullable NativeCalls NATIVE_CALLS = NativeCalls.find();

  private final NativeCalls calls;
  private final int descriptor;

  private PathHandle(NativeCalls calls, int descriptor) {
    this.calls = calls;
    this.descriptor = descriptor;
  }

  static boolean available() {
    return NATIVE_CALLS != null;
  }

  /**
   * Returns a handle on the file or folder at a path.
   *
   * @param seen the attributes of the expected file: its key, and its type, because file systems
   *     reuse the keys of deleted files
   * @throws IOException when the file does not exist, or is another one by now
   */
  static PathHandle of(Path path, BasicFileAttributes seen) throws IOException {
    if (NATIVE_CALLS == null) {
      throw new IOException("this system does not support handles on files that are not opened");
    }
    PathHandle handle = new PathHandle(NATIVE_CALLS, NATIVE_CALLS.open(path));
    boolean same = false;
    try {
      BasicFileAttributes held = Files.readAttributes(handle.path(), BasicFileAttributes.class);
      same =
          Objects.equals(held.fileKey(), seen.fileKey())
              && held.isRegularFile() == seen.isRegularFile()
              && held.isDirectory() == seen.isDirectory();
    } finally {
      if (!same) {
        handle.close();
      }
    }
    if (!same) {
      throw new IOException("it was replaced while it was opened");
    }
    return handle;
  }

  /** A link to the file, whatever its name is by now; open it without NOFOLLOW_LINKS. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  @Override
  public void close() {
    calls.close(descriptor);
  }

  /** The system calls {@code openat} and {@code close}. */
  private record NativeCalls(MethodHandle openat, MethodHandle closeHandle, int flags) {
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static @Nullable NativeCalls find() {
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
        NativeCalls calls = link(O_PATH | O_CLOEXEC | noFollow);
        // Checks that /proc is mounted and accessible.
        Path root = Path.of("/");
        int descriptor = calls.open(root);
        try {
          return Files.isSameFile(Path.of("/proc/self/fd/" + descriptor), root) ? calls : null;
        } finally {
          calls.close(descriptor);
        }
      } catch (IOException | RuntimeException | LinkageError e) {
        // Without native calls, files are opened as on other systems.
        return null;
      }
    }

    @SuppressWarnings("restricted") // the launcher enables it; otherwise find() returns null
    private static NativeCalls link(int flags) {
      Linker linker = Linker.nativeLinker();
      return new NativeCalls(
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
        MemorySegment state = arena.allocate(CALL_STATE);
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
        int ignored = (int) closeHandle.invokeExact(descriptor);
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
        default -> new FileSystemException(name, null, "cannot be opened, error " + errno);
      };
    }
  }
}
