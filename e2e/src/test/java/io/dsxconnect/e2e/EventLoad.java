package io.dsxconnect.e2e;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Publishes the newest events of finished scans again and again, at a fixed rate that a pipeline on
 * the same machine as a browser may not reach. They belong to a job that nobody knows, so that they
 * do not contradict the jobs that run meanwhile.
 */
final class EventLoad implements AutoCloseable {
  private static final String STREAM = "dsx:dev:{p0}:events";
  private static final int REPEATED = 1_000;
  private static final String EVENTS_KEPT = "10000";
  private static final long PAUSE_NANOS = 20_000_000;
  private static final Pattern JOB = Pattern.compile("\"job\":\\{\"job_id\":\"[^\"]*\"");

  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;
  private final List<String> events;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Future<?> publishing;
  private final long begin = System.nanoTime();
  private volatile long published;
  private volatile boolean ended;

  /**
   * Begins at once.
   *
   * @param redis of an all-in-one that has scanned some files
   */
  EventLoad(AllInOne.RedisAccess redis, int perSecond) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), redis.port());
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    in = socket.getInputStream();
    send("AUTH", redis.password());
    send("XREVRANGE", STREAM, "+", "-", "COUNT", Integer.toString(REPEATED));
    send("ECHO", "the end of the events");
    out.flush();
    events = read();
    if (events.isEmpty()) {
      throw new IOException("no event to repeat in " + STREAM);
    }
    var ignored = threads.submit(this::skipReplies);
    publishing = threads.submit(() -> publish(perSecond));
  }

  private void send(String... arguments) throws IOException {
    StringBuilder command = new StringBuilder("*" + arguments.length + "\r\n");
    for (String argument : arguments) {
      command.append('$').append(argument.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
      command.append(argument).append("\r\n");
    }
    out.write(command.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The values of field e, oldest first. */
  private List<String> read() throws IOException {
    StringBuilder answer = new StringBuilder();
    byte[] buffer = new byte[1 << 16];
    while (answer.indexOf("the end of the events") < 0) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new IOException("Redis closed the connection: " + answer);
      }
      answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
    String text =
        new String(answer.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    Matcher events = Pattern.compile("\\$1\r\ne\r\n\\$\\d+\r\n([^\r]*)\r\n").matcher(text);
    while (events.find()) {
      found.addFirst(JOB.matcher(events.group(1)).replaceFirst("\"job\":{\"job_id\":\"repeated\""));
    }
    return found;
  }

  private Void skipReplies() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    return null;
  }

  private Void publish(int perSecond) throws IOException {
    while (!ended) {
      long due = (System.nanoTime() - begin) * perSecond / 1_000_000_000;
      for (long next = published; next < due; next++) {
        String event = events.get((int) (next % events.size()));
        send("XADD", STREAM, "MAXLEN", "~", EVENTS_KEPT, "*", "e", event);
      }
      out.flush();
      published = due;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return null;
  }

  /** The events per second since the begin. */
  double rate() {
    return published / ((System.nanoTime() - begin) / 1e9);
  }

  /** Fails when publishing has failed. */
  void check() throws Exception {
    if (publishing.isDone()) {
      publishing.get();
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    socket.close();
    threads.shutdownNow();
    threads.close();
  }
}
