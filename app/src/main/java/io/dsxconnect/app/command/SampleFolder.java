package io.dsxconnect.app.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The sample folder of quickstart, with what real file stores hold: archives, test malware, hostile
 * names, empty, large and special files.
 */
public final class SampleFolder {
  /** Quickstart's limit of bytes per file; one sample file is larger. */
  static final long MAX_FILE_BYTES = 64L << 20;

  private SampleFolder() {}

  /** The EICAR test file. In pieces, so that no scanner reports this source or its class file. */
  public static byte[] eicar() {
    return String.join(
            "", "X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE", "!$H+H*")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Fills an empty folder with about 60 files. Without the program {@code mkfifo} the FIFO is
   * missing.
   */
  public static void fill(Path root) throws IOException {
    Path documents = Files.createDirectories(root.resolve("documents"));
    for (int i = 1; i <= 40; i++) {
      text(documents.resolve("report-" + i + ".txt"), "Quarterly report " + i + "\n".repeat(i));
    }
    text(documents.resolve("invoice.pdf"), "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
    zip(
        documents.resolve("letter.docx"),
        "word/document.xml",
        "<document/>".getBytes(StandardCharsets.UTF_8),
        true);

    Path archives = Files.createDirectories(root.resolve("archives"));
    zip(
        archives.resolve("photos.zip"),
        "photo.txt",
        "a photo".getBytes(StandardCharsets.UTF_8),
        true);
    zip(
        archives.resolve("nested.zip"),
        "photos.zip",
        Files.readAllBytes(archives.resolve("photos.zip")),
        true);
    zip(archives.resolve("eicar-stored.zip"), "eicar.com", eicar(), false);

    Files.write(root.resolve("eicar.com"), eicar());
    Files.createFile(root.resolve("empty.dat"));

    Path names = Files.createDirectories(root.resolve("hostile names"));
    String[] hostileNames = {
      "new\nline.txt",
      "quote\"and'quote.txt",
      "<img src=x onerror=alert(1)>.txt",
      "-rf",
      "100%25.txt",
      "=cmd.csv",
      "e\u0301.txt",
      "\u202egnp.exe",
      "\ud83d\ude00.txt",
      "tab\there",
      "a".repeat(251) + ".txt"
    };
    for (String name : hostileNames) {
      text(names.resolve(name), "harmless content under a hostile name: " + name.length());
    }
    text(Path.of(URI.create(names.toUri() + "not-utf8-%FF%FE.txt")), "a name that is not UTF-8");

    try (RandomAccessFile sparse =
        new RandomAccessFile(root.resolve("over-the-limit.img").toFile(), "rw")) {
      sparse.setLength(MAX_FILE_BYTES + (1 << 20));
    }
    byte[] block = new byte[1 << 20];
    new Random(1).nextBytes(block);
    try (OutputStream large = Files.newOutputStream(root.resolve("large.bin"))) {
      for (int i = 0; i < 48; i++) {
        large.write(block);
      }
    }
    Files.createSymbolicLink(root.resolve("link-to-outside"), Path.of("/etc/hostname"));
    fifo(root.resolve("a-fifo"));
  }

  private static void text(Path file, String content) throws IOException {
    Files.writeString(file, content);
  }

  private static void zip(Path file, String name, byte[] content, boolean compressed)
      throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      ZipEntry entry = new ZipEntry(name);
      entry.setTime(0);
      if (!compressed) {
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
      }
      zip.putNextEntry(entry);
      zip.write(content);
      zip.closeEntry();
    }
  }

  private static void fifo(Path file) throws IOException {
    try {
      new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
    } catch (IOException e) {
      System.out.println("mkfifo is missing on this machine, so the sample folder has no FIFO");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
