package io.dsxconnect.core.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Makes calls together: while one is under way, what is asked meanwhile waits for the next, which
 * therefore sees everything that was so when it was asked. A lone one goes at once. Thread-safe.
 */
public final class CallBatcher<T, R> {
  private final Function<List<T>, List<R>> call;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Waiting<T, R>> waiting = new ArrayList<>();
  private boolean calling;

  /**
   * @param call gives one answer for each that is asked, in the same order
   * @param most asked in one call
   */
  public CallBatcher(Function<List<T>, List<R>> call, int most) {
    this.call = call;
    this.most = most;
  }

  private record Waiting<T, R>(T asked, CompletableFuture<R> answer) {}

  public R ask(T asked) {
    Waiting<T, R> mine = new Waiting<>(asked, new CompletableFuture<>());
    lock.lock();
    try {
      waiting.add(mine);
      if (!calling) {
        calling = true;
        startCalling();
      }
    } finally {
      lock.unlock();
    }
    try {
      return mine.answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RedisUnavailableException away) {
        throw new RedisUnavailableException(String.valueOf(away.getMessage()), away);
      }
      throw new IllegalStateException("a call made together failed", e.getCause());
    }
  }

  /** Without a thread nobody would call, and all who ask later would wait for ever. */
  private void startCalling() {
    try {
      Thread.startVirtualThread(this::callWhileAsked);
    } catch (Throwable e) {
      calling = false;
      failAll(waiting, e);
      waiting = new ArrayList<>();
    }
  }

  private void callWhileAsked() {
    while (true) {
      List<Waiting<T, R>> batch = List.of();
      try {
        batch = next();
        if (batch.isEmpty()) {
          return;
        }
        List<R> answers = call.apply(batch.stream().map(Waiting::asked).toList());
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).answer.complete(answers.get(i));
        }
      } catch (Throwable e) {
        // Also an Error is an answer: who waits for this one would wait for ever.
        failAll(batch, e);
      }
    }
  }

  private static <T, R> void failAll(List<Waiting<T, R>> batch, Throwable why) {
    batch.forEach(one -> one.answer.completeExceptionally(why));
  }

  private List<Waiting<T, R>> next() {
    lock.lock();
    try {
      int now = Math.min(most, waiting.size());
      List<Waiting<T, R>> batch = List.copyOf(waiting.subList(0, now));
      waiting = new ArrayList<>(waiting.subList(now, waiting.size()));
      calling = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }
}
