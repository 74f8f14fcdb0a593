package io.dsxconnect.core.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a real Redis, and a real collector that is stopped and restarted. */
class SyslogSenderTest extends RedisFixture {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  private final AtomicInteger ids = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  /** A collector that reads octet counts as in RFC 6587. */
  private static final class Collector implements AutoCloseable {
    private final ServerSocket listening;
    private final List<String> messages = new ArrayList<>();
    private volatile @Nullable Socket peer;

    Collector(int port) throws IOException {
      listening = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
      Thread.startVirtualThread(this::accept);
    }

    int port() {
      return listening.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket accepted = listening.accept();
          peer = accepted;
          read(accepted.getInputStream());
        }
      } catch (IOException e) {
        // The test closed the socket.
      }
    }

    private void read(InputStream in) throws IOException {
      StringBuilder count = new StringBuilder();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != ' ') {
          count.append((char) b);
          continue;
        }
        byte[] body = in.readNBytes(Integer.parseInt(count.toString()));
        count.setLength(0);
        synchronized (messages) {
          messages.add(new String(body, StandardCharsets.UTF_8));
        }
      }
    }

    List<String> events() {
      synchronized (messages) {
        return messages.stream().filter(m -> m.contains("{")).map(Collector::event).toList();
      }
    }

    private static String event(String message) {
      return message.substring(message.indexOf("dsx-connect {") + "dsx-connect ".length());
    }

    @Override
    public void close() throws IOException {
      listening.close();
      Socket accepted = peer;
      if (accepted != null) {
        accepted.close();
      }
    }
  }

  private SyslogSender sender(int port, SyslogSettings.Transport transport) {
    SyslogSender sender =
        new SyslogSender(
                new SyslogSettings(
                    "127.0.0.1",
                    port,
                    transport,
                    SyslogSettings.Format.RFC5424,
                    SyslogSettings.Framing.OCTET_COUNTING,
                    false,
                    ClientTls.DEFAULT),
                new SiemOutbox(redis),
                () -> System.nanoTime() + ahead.get().toNanos(),
                "process-" + ids.incrementAndGet(),
                "host one",
                PAUSE)
            .start();
    open.add(sender);
    return sender;
  }

  private Collector collector(int port) throws IOException {
    Collector collector = new Collector(port);
    open.add(collector);
    return collector;
  }

  /** Adds events to the outbox as the result stage does. */
  private void happen(int from, int to) throws Exception {
    Intake intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
    ScanRequest file =
        ScanRequest.parse(
            "{\"location\":\"/a\",\"metainfo\":\"a\",\"connector_url\":\"http://127.0.0.1:1/c\"}");
    intake.accept("J", IntStream.range(from, to).mapToObj(i -> file).toList());
    RedisStageQueue queue =
        new RedisStageQueue(redis, Stage.SCAN, "w" + ids.incrementAndGet(), Duration.ofSeconds(5));
    int i = from;
    for (Task task : queue.take(to - from, Set.of())) {
      assertThat(queue.complete(Handoff.of(task).siem("{\"event\": " + i++ + "}"))).isTrue();
    }
    assertThat(i).isEqualTo(to);
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "{\"event\": " + i + "}\n").toList();
  }

  @Test
  void events_arrive_in_order_each_once_with_a_header_and_their_count() throws Exception {
    Collector collector = collector(0);
    happen(0, 5);
    sender(collector.port(), SyslogSettings.Transport.TCP);
    happen(5, 8);
    await().untilAsserted(() -> assertThat(collector.events()).isEqualTo(numbered(0, 8)));
    assertThat(collector.messages.getFirst())
        .contains("dsx-connect dsx-connect-workers initialized to use syslog\n");
    assertThat(collector.messages.get(1))
        .matches(
            "<134>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z hostone dsx-connect \\d+"
                + " scan_result - dsx-connect \\{\"event\": 0}\n");
  }

  @Test
  void after_a_break_what_the_collector_may_have_lost_is_sent_again_and_nothing_is_missing()
      throws Exception {
    Collector first = collector(0);
    sender(first.port(), SyslogSettings.Transport.TCP);
    happen(0, 3);
    await().until(() -> first.events().size() == 3);
    first.close();
    happen(3, 6);
    Collector second = collector(first.port());
    await().untilAsserted(() -> assertThat(second.events()).isEqualTo(numbered(0, 6)));
  }

  @Test
  void what_was_sent_more_than_ten_seconds_before_a_break_is_not_sent_again() throws Exception {
    Collector first = collector(0);
    sender(first.port(), SyslogSettings.Transport.TCP);
    happen(0, 3);
    await().until(() -> first.events().size() == 3);
    ahead.set(Duration.ofHours(1));
    first.close();
    happen(3, 4);
    Collector second = collector(first.port());
    await().untilAsserted(() -> assertThat(second.events()).endsWith("{\"event\": 3}\n"));
    assertThat(second.events()).isEqualTo(numbered(3, 4));
  }

  @Test
  void of_two_processes_one_sends_and_the_other_goes_on_when_it_ends() throws Exception {
    Collector collector = collector(0);
    SyslogSender one = sender(collector.port(), SyslogSettings.Transport.TCP);
    happen(0, 2);
    await().until(() -> collector.events().size() == 2);
    SyslogSender two = sender(collector.port(), SyslogSettings.Transport.TCP);
    happen(2, 4);
    await().until(() -> collector.events().size() == 4);
    assertThat(two.sent()).isZero();
    one.close();
    happen(4, 6);
    await().untilAsserted(() -> assertThat(collector.events()).isEqualTo(numbered(0, 6)));
  }

  @Test
  void bug_the_process_that_takes_over_from_a_dead_one_did_not_send_its_last_events_again()
      throws Exception {
    Collector collector = collector(0);
    happen(0, 3);
    SiemOutbox dead = new SiemOutbox(redis);
    dead.markSent(dead.after("0-0", 3).getLast());
    happen(3, 4);
    sender(collector.port(), SyslogSettings.Transport.TCP);
    await().untilAsserted(() -> assertThat(collector.events()).isEqualTo(numbered(0, 4)));
  }

  @Test
  void bug_a_process_that_leads_again_repeated_what_another_had_sent() throws Exception {
    Collector collector = collector(0);
    SyslogSender sender = sender(collector.port(), SyslogSettings.Transport.TCP);
    happen(0, 3);
    await().until(() -> collector.events().size() == 3);
    redis.call(c -> c.set(redis.keys().of(Key.SIEM_LEASE), "another"));
    await().until(() -> !sender.connected());
    happen(3, 6);
    SiemOutbox another = new SiemOutbox(redis);
    another.markSent(another.after("0-0", 6).getLast());
    ahead.set(Duration.ofHours(1));
    another.stepDown("another", true);
    happen(6, 7);
    await().untilAsserted(() -> assertThat(collector.events()).endsWith("{\"event\": 6}\n"));
    List<String> expected = new ArrayList<>(numbered(0, 3));
    expected.addAll(numbered(6, 7));
    assertThat(collector.events()).isEqualTo(expected);
  }

  @Test
  void bug_a_process_that_waited_for_its_collector_repeated_what_another_had_sent()
      throws Exception {
    Collector first = collector(0);
    SyslogSender sender = sender(first.port(), SyslogSettings.Transport.TCP);
    happen(0, 3);
    await().until(() -> first.events().size() == 3);
    first.close();
    await().until(() -> !sender.connected());
    happen(3, 6);
    SiemOutbox another = new SiemOutbox(redis);
    another.markSent(another.after("0-0", 6).getLast());
    another.stepDown("another", false);
    redis.call(c -> c.hdel(redis.keys().of(Key.SIEM_SENT), "at"));
    ahead.set(Duration.ofHours(1));
    happen(6, 7);
    Collector second = collector(first.port());
    await().untilAsserted(() -> assertThat(second.events()).isEqualTo(numbered(6, 7)));
  }

  @Test
  void bug_a_collector_that_takes_nothing_held_the_sender_for_ever() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = new Socket(deaf.getInetAddress(), deaf.getLocalPort())) {
      SyslogConnection way = new SyslogConnection.Tcp(socket, socket, Duration.ofMillis(200));
      byte[] events = new byte[1 << 20];
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  way.send(events);
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("it accepted no data for");
    }
  }

  @Test
  void a_datagram_is_one_event_without_a_count() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      sender(socket.getLocalPort(), SyslogSettings.Transport.UDP);
      happen(0, 1);
      assertThat(receive(socket)).contains("initialized to use syslog");
      assertThat(receive(socket)).startsWith("<134>1 ").endsWith(" dsx-connect {\"event\": 0}\n");
    }
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_507], 65_507);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void the_original_format_has_the_original_bytes() {
    SyslogSettings settings =
        new SyslogSettings(
            "h",
            514,
            SyslogSettings.Transport.TCP,
            SyslogSettings.Format.ORIGINAL,
            SyslogSettings.Framing.OCTET_COUNTING,
            false,
            ClientTls.DEFAULT);
    assertThat(new SyslogFormat(settings, "h", 1).frame("{}", Instant.EPOCH))
        .isEqualTo("<134>dsx-connect {}\n\0".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void bug_a_receiver_that_does_not_read_octet_counts_got_no_whole_line() {
    Settings settings =
        new Settings(
            Map.of(
                "DSXCONNECT_SYSLOG__SYSLOG_SERVER_URL", "::1",
                "DSXCONNECT_SYSLOG__FRAMING", "line-feed"));
    SyslogSettings lines = Objects.requireNonNull(SyslogSettings.from(settings));
    settings.check();
    assertThat(lines.address()).isEqualTo("tcp://[::1]:514");
    String frame =
        new String(
            new SyslogFormat(lines, "h", 1).frame("{}", Instant.EPOCH), StandardCharsets.UTF_8);
    assertThat(frame).startsWith("<134>1 1970-").endsWith(" dsx-connect {}\n");
  }
}
