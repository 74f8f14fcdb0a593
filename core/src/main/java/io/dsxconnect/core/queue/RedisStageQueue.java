package io.dsxconnect.core.queue;

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
 * A stage's queue on Redis Streams; see {@code take.lua}, {@code handoff.lua}, {@code sweep.lua}.
 */
public final class RedisStageQueue implements StageQueue {
  private static final Logger log = LoggerFactory.getLogger(RedisStageQueue.class);
  private static final Duration NOTED_AGAIN = Duration.ofSeconds(20);
  private static final int AT_ONCE = 1_000;
  private static final int SWEEPS = 20;
  private static final int SUSPECT = 3;

  /** Parts of a row about an entry that was not readable: where it was, and its id. */
  private static final int SET_ASIDE = 2;

  private final Redis redis;
  private final Stage stage;
  private final String consumer;
  private final Duration lease;
  private final CallBatcher<Handoff, Object> handoffs = new CallBatcher<>(this::completeAll, 64);
  private final Object gate = new Object();
  private @Nullable StatefulRedisConnection<String, String> waiting;
  private boolean closed;
  private Set<String> noted = Set.of();
  private long notedAt = System.nanoTime();

  /**
   * @param consumer unique to this worker's life: a restarted worker is another one
   * @param lease how long a task stays with a worker that says nothing
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
  public List<Task> take(int max, Set<String> gated, Share share) {
    noteGates(gated);
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

  /** Sends Redis what changed, and all of it from time to time, because Redis may have lost it. */
  private synchronized void noteGates(Set<String> gated) {
    boolean again = System.nanoTime() - notedAt > NOTED_AGAIN.toNanos();
    if (gated.equals(noted) && !(again && !gated.isEmpty())) {
      return;
    }
    List<String> down = gated.stream().filter(c -> again || !noted.contains(c)).toList();
    List<String> back = noted.stream().filter(c -> !gated.contains(c)).toList();
    int most = Math.max(down.size(), back.size());
    for (int from = 0; from < most; from += AT_ONCE) {
      noteGates(part(down, from), part(back, from));
    }
    noted = gated;
    if (again) {
      notedAt = System.nanoTime();
    }
  }

  private void noteGates(List<String> down, List<String> back) {
    List<String> arguments = new ArrayList<>();
    arguments.add(stage.queue());
    arguments.add(consumer);
    arguments.add(Integer.toString(down.size()));
    arguments.addAll(down);
    arguments.addAll(back);
    redis.runInteger(Script.GATES, arguments);
  }

  private static List<String> part(List<String> all, int from) {
    return all.subList(Math.min(from, all.size()), Math.min(from + AT_ONCE, all.size()));
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

  /** False when it was closed on purpose. */
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
    // After Redis was away every lease looks old: their owners get one lease's time to renew them.
    int room = redis.connectedForMillis() >= lease.toMillis() ? max : 0;
    List<Task> claimed = new ArrayList<>();
    boolean more = true;
    for (int sweep = 0; more && sweep < SWEEPS; sweep++) {
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
      if (f.size() == SET_ASIDE) {
        log.error(
            "{}: entry {} of {} is not readable and is set aside as a dead letter",
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
                  claimed && (deaths > 0 || Integer.parseInt((String) f.get(2)) >= SUSPECT)),
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
