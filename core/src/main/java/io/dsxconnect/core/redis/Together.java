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
public final class Together<T, R> {
  private final Function<List<T>, List<R>> call;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Waiting<T, R>> waiting = new ArrayList<>();
  private boolean calling;

  /**
   * @param call gives one answer for each that is asked, in the same order
   * @param most asked in one call
   */
  public Together(Function<List<T>, List<R>> call, int most) {
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
        Thread.startVirtualThread(this::callWhileAsked);
      }
    } finally {
      lock.unlock();
    }
    try {
      return mine.answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RedisAway away) {
        throw new RedisAway(String.valueOf(away.getMessage()), away);
      }
      throw new IllegalStateException("a call made together failed", e.getCause());
    }
  }

  private void callWhileAsked() {
    for (List<Waiting<T, R>> batch = next(); !batch.isEmpty(); batch = next()) {
      try {
        List<R> answers = call.apply(batch.stream().map(Waiting::asked).toList());
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).answer.complete(answers.get(i));
        }
      } catch (RuntimeException e) {
        batch.forEach(one -> one.answer.completeExceptionally(e));
      }
    }
  }

  private List<Waiting<T, R>> next() {
    lock.lock();
    try {
      List<Waiting<T, R>> batch = waiting;
      if (batch.size() > most) {
        waiting = new ArrayList<>(batch.subList(most, batch.size()));
        return List.copyOf(batch.subList(0, most));
      }
      waiting = new ArrayList<>();
      calling = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }
}
