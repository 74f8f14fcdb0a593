package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.redis.CallBatcher;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage's queue on Redis Streams. Every method but {@link #close} calls Redis, blocks, and throws
 * {@link RedisUnavailableException} if Redis does not answer. The scripts are {@code take.lua},
 * {@code handoff.lua}, {@code renew.lua} and {@code sweep.lua}. Thread-safe, but only one thread
 * may call {@link #await}.
 */
public final class RedisStageQueue implements StageQueue {
  private static final Logger log = LoggerFactory.getLogger(RedisStageQueue.class);
  private static final Duration BREAKER_REPORT_INTERVAL = Duration.ofSeconds(20);
  private static final int MAX_BREAKERS_PER_CALL = 1_000;
  private static final int MAX_SWEEPS = 20;
  private static final int MAX_HANDOFFS_PER_CALL = 64;

  /** Deliveries of a task that make it a suspect: its first worker and two that claimed it. */
  private static final int SUSPECT_DELIVERIES = 3;

  /** Parts of a row about an unreadable entry: its lane and its id. */
  private static final int UNREADABLE_ROW = 2;

  private final Redis redis;
  private final Stage stage;
  private final String consumer;
  private final Duration lease;
  private final CallBatcher<Handoff, Object> handoffs =
      new CallBatcher<>(this::completeAll, MAX_HANDOFFS_PER_CALL);
  private final Object gate = new Object();

  @GuardedBy("gate") private @Nullable StatefulRedisConnection<String, String> waiting;

  @GuardedBy("gate") private boolean closed;

  @GuardedBy("this") private Set<String> reported = Set.of();

  @GuardedBy("this") private long reportedAt = System.nanoTime();

  /**
   * @param consumer unique per start of a worker: a restarted worker is another consumer
   * @param lease how long a task belongs to a worker that does not renew it
   */
  public RedisStageQueue(Redis redis, Stage stage, String consumer, Duration lease) {
    this.redis = redis;
    this.stage = stage;
    this.consumer = consumer;
    this.lease = lease;
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public Duration lease() {
    return lease;
  }

  @Override
  public List<Task> take(int max, Set<String> open, Share share) {
    reportBreakers(open);
    List<String> arguments = new ArrayList<>();
    arguments.add(stage.queue());
    arguments.add(consumer);
    arguments.add(Integer.toString(max));
    arguments.add(Integer.toString(share.most()));
    arguments.add(Integer.toString(share.mostAlone()));
    share
        .inWork()
        .forEach(
            (connector, tasks) -> {
              arguments.add(connector);
              arguments.add(Integer.toString(tasks));
            });
    return tasks(redis.runList(Script.TAKE, arguments), false);
  }

  /** Reports changes to Redis, and all open breakers every 20 s, because Redis may lose them. */
  private synchronized void reportBreakers(Set<String> open) {
    boolean complete = System.nanoTime() - reportedAt > BREAKER_REPORT_INTERVAL.toNanos();
    if (open.equals(reported) && !(complete && !open.isEmpty())) {
      return;
    }
    Set<String> before = reported;
    List<String> opened = open.stream().filter(c -> complete || !before.contains(c)).toList();
    List<String> closed = before.stream().filter(c -> !open.contains(c)).toList();
    int most = Math.max(opened.size(), closed.size());
    for (int from = 0; from < most; from += MAX_BREAKERS_PER_CALL) {
      reportBreakers(part(opened, from), part(closed, from));
    }
    reported = open;
    if (complete) {
      reportedAt = System.nanoTime();
    }
  }

  private void reportBreakers(List<String> opened, List<String> closed) {
    List<String> arguments = new ArrayList<>();
    arguments.add(stage.queue());
    arguments.add(consumer);
    arguments.add(Integer.toString(opened.size()));
    arguments.addAll(opened);
    arguments.addAll(closed);
    redis.runInteger(Script.GATES, arguments);
  }

  private static List<String> part(List<String> all, int from) {
    return all.subList(
        Math.min(from, all.size()), Math.min(from + MAX_BREAKERS_PER_CALL, all.size()));
  }

  @Override
  public boolean waits(String connector) {
    return redis.<Long>call(c -> c.exists(redis.keys().of(Key.LINE, stage.queue(), connector))) > 0;
  }

  @Override
  public void await(Duration most) {
    try {
      StatefulRedisConnection<String, String> connection = waiting();
      if (connection != null) {
        connection
            .sync()
            .blpop(
                Math.max(0.01, most.toMillis() / 1000.0), redis.keys().of(Key.WAKE, stage.queue()));
      }
    } catch (RedisException | CancellationException e) {
      if (disconnect()) {
        throw new RedisUnavailableException("waiting for " + stage.queue(), e);
      }
    }
  }

  private @Nullable StatefulRedisConnection<String, String> waiting() {
    synchronized (gate) {
      if (waiting == null && !closed) {
        waiting = redis.blocking();
      }
      return waiting;
    }
  }

  /** Returns false if this queue is closed. */
  private boolean disconnect() {
    synchronized (gate) {
      if (waiting != null) {
        var _ = waiting.closeAsync();
        waiting = null;
      }
      return !closed;
    }
  }

  @Override
  public boolean complete(Handoff handoff) {
    Object answer = handoffs.ask(handoff);
    if (answer instanceof String why) {
      throw redis.refused(why, null);
    }
    return answer.equals(1L);
  }

  private List<Object> completeAll(List<Handoff> batch) {
    List<String> arguments = new ArrayList<>();
    arguments.add(stage.queue());
    arguments.add(consumer);
    for (Handoff handoff : batch) {
      Task task = handoff.task();
      arguments.add(task.lane());
      arguments.add(task.entry());
      arguments.add(task.token());
      arguments.add(Integer.toString(handoff.operations().size()));
      arguments.addAll(handoff.operations());
    }
    return redis.runList(Script.HANDOFF, arguments);
  }

  @Override
  public Set<Task> renew(Collection<Task> held) {
    List<Task> tasks = List.copyOf(held);
    List<String> arguments = new ArrayList<>(tasks.size() * 3 + 2);
    arguments.add(stage.queue());
    arguments.add(consumer);
    for (Task task : tasks) {
      arguments.add(task.lane());
      arguments.add(task.entry());
      arguments.add(task.token());
    }
    Set<Task> lost = new HashSet<>();
    for (Object place : redis.runList(Script.RENEW, arguments)) {
      lost.add(tasks.get(((Long) place).intValue()));
    }
    return lost;
  }

  @Override
  public List<Task> sweep(int max) {
    // After an outage of Redis every lease looks expired: owners get one lease's time to renew.
    int room = redis.connectedForMillis() >= lease.toMillis() ? max : 0;
    List<Task> claimed = new ArrayList<>();
    boolean more = true;
    for (int sweep = 0; more && sweep < MAX_SWEEPS; sweep++) {
      List<Object> answer =
          redis.runList(
              Script.SWEEP,
              stage.queue(),
              consumer,
              Long.toString(lease.toMillis()),
              Integer.toString(room - claimed.size()));
      more = answer.getFirst().equals(1L);
      claimed.addAll(tasks(answer.subList(1, answer.size()), true));
    }
    return claimed;
  }

  @Override
  public void markAlone(Task task) {
    redis.runInteger(Script.ALONE, stage.queue(), task.id(), consumer);
  }

  private List<Task> tasks(List<Object> rows, boolean claimed) {
    List<Task> tasks = new ArrayList<>(rows.size());
    for (Object row : rows) {
      List<?> f = (List<?>) row;
      if (f.size() == UNREADABLE_ROW) {
        log.error(
            "{}: entry {} of {} cannot be read and becomes a dead letter",
            stage.queue(),
            f.get(1),
            Printable.of((String) f.get(0)));
        continue;
      }
      String[] used = ((String) f.get(5)).split(":", 2);
      int deaths = claimed ? Integer.parseInt((String) f.get(8)) : 0;
      tasks.add(
          new Task(
              stage,
              new Task.Delivery((String) f.get(0), (String) f.get(1), (String) f.get(2)),
              new Task.Attempts(
                  Integer.parseInt(used[0]),
                  used.length == 1 ? 0 : Integer.parseInt(used[1]),
                  deaths,
                  claimed
                      && (deaths > 0 || Integer.parseInt((String) f.get(2)) >= SUSPECT_DELIVERIES)),
              new Task.Message(
                  (String) f.get(3), (String) f.get(4), (String) f.get(6), (String) f.get(7))));
    }
    return tasks;
  }

  @Override
  public void close() {
    synchronized (gate) {
      closed = true;
    }
    disconnect();
  }
}
