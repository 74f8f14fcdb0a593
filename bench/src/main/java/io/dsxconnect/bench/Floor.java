package io.dsxconnect.bench;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;

/**
 * The bare loop: reads a file from the connector and streams it to the scanner. No queue, no hash,
 * no record; searches the response for the verdict without parsing it.
 */
final class Floor implements AutoCloseable {
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(2);

  private final Target readFile;
  private final Target scan;
  private final int concurrency;
  private final Map<String, ProcessHandle> others;
  private final CloseableHttpClient client;

  /**
   * @param others the processes of connector and scanner, by role
   */
  Floor(
      String connectorUrl, String scannerUrl, int concurrency, Map<String, ProcessHandle> others) {
    this.readFile = Target.parse(connectorUrl).orElseThrow().child(Routes.READ_FILE);
    this.scan = Target.parse(scannerUrl).orElseThrow().child(Routes.SCAN_BINARY);
    this.concurrency = concurrency;
    this.others = others;
    this.client = HttpClients.client(Duration.ofSeconds(3), READ_TIMEOUT, 2 * concurrency);
  }

  /** Scans every file once. */
  Pass run(Corpus corpus) {
    Map<String, ProcessHandle> all = new LinkedHashMap<>(others);
    all.put("bare loop", ProcessHandle.current());
    Cpu cpu = new Cpu(all);
    long start = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    long benign = 0;
    try (ExecutorService loops = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> counts =
          IntStream.range(0, concurrency)
              .mapToObj(i -> loops.submit(() -> loop(corpus.files(), next)))
              .toList();
      for (Future<Long> count : counts) {
        benign += count.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the bare loop failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    return new Pass(benign, elapsed, Duration.ZERO, cpu.used());
  }

  private long loop(List<Path> files, AtomicInteger next) throws IOException {
    long benign = 0;
    for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
      if (isBenign(files.get(i))) {
        benign++;
      }
    }
    return benign;
  }

  private boolean isBenign(Path file) throws IOException {
    ClassicHttpRequest request =
        readFile
            .request("POST", "")
            .setEntity(new ByteArrayEntity(Json.bytes(request(file)), ContentType.APPLICATION_JSON))
            .build();
    return client.execute(readFile.httpHost(), request, this::scanned);
  }

  private static ScanRequest request(Path file) {
    return ScanRequest.of(file.toString(), String.valueOf(file.getFileName()));
  }

  private boolean scanned(ClassicHttpResponse file) throws IOException {
    HttpEntity content = file.getEntity();
    if (file.getCode() != 200 || content == null) {
      throw new IOException("the connector answers with HTTP " + file.getCode());
    }
    try (InputStream bytes = content.getContent()) {
      ClassicHttpRequest request =
          scan.request("POST", "")
              .setEntity(
                  new InputStreamEntity(
                      bytes, content.getContentLength(), ContentType.APPLICATION_OCTET_STREAM))
              .build();
      return client.execute(
          scan.httpHost(),
          request,
          answer ->
              EntityUtils.toString(answer.getEntity(), StandardCharsets.UTF_8)
                  .contains("\"verdict\":\"Benign\""));
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the HTTP client", e);
    }
  }
}
