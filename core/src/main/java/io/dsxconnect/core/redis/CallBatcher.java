package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Batches concurrent requests into shared calls. A request made while idle is sent at once.
 * Requests made while a call is in flight wait and share the next one; a request is therefore
 * always answered by a call that started after it was made. Thread-safe.
 */
@ThreadSafe
public final class CallBatcher<T, R> {
  private final Function<List<T>, List<R>> call;
  private final int maxBatch;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock") private List<Request<T, R>> waiting = new ArrayList<>();

  @GuardedBy("lock") private boolean calling;

  /**
   * @param call returns one answer per request, in the order of the requests
   * @param maxBatch requests per call
   */
  public CallBatcher(Function<List<T>, List<R>> call, int maxBatch) {
    this.call = call;
    this.maxBatch = maxBatch;
  }

  private record Request<T, R>(T asked, CompletableFuture<R> answer) {}

  /**
   * Blocks until a call has answered this request.
   *
   * @throws RedisUnavailableException when the call failed with it
   * @throws IllegalStateException when the call failed otherwise
   */
  public R ask(T asked) {
    Request<T, R> mine = new Request<>(asked, new CompletableFuture<>());
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
      if (e.getCause() instanceof RedisUnavailableException unavailable) {
        throw new RedisUnavailableException(String.valueOf(unavailable.getMessage()), unavailable);
      }
      throw new IllegalStateException("a call made together failed", e.getCause());
    }
  }

  /** Without a thread nothing would call, and all later requests would wait forever. */
  @GuardedBy("lock") private void startCalling() {
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
      List<Request<T, R>> batch = List.of();
      try {
        batch = next();
        if (batch.isEmpty()) {
          return;
        }
        List<R> answers = call.apply(batch.stream().map(Request::asked).toList());
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).answer.complete(answers.get(i));
        }
      } catch (Throwable e) {
        // Also an Error is an answer: without one its callers would wait forever.
        failAll(batch, e);
      }
    }
  }

  private static <T, R> void failAll(List<Request<T, R>> batch, Throwable why) {
    batch.forEach(request -> request.answer.completeExceptionally(why));
  }

  private List<Request<T, R>> next() {
    lock.lock();
    try {
      int size = Math.min(maxBatch, waiting.size());
      List<Request<T, R>> batch = List.copyOf(waiting.subList(0, size));
      waiting = new ArrayList<>(waiting.subList(size, waiting.size()));
      calling = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }
}
