package io.dsxconnect.core.live;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The last 240 frames, which all clients share, and the latest status. One thread writes, any
 * number of clients wait. Thread-safe.
 */
@ThreadSafe
final class Ring {
  /** At the highest rate the frames of one minute. */
  static final int CAPACITY = 240;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock") private final @Nullable Frame[] frames = new Frame[CAPACITY];

  /** Number of the oldest kept frame. */
  @GuardedBy("lock") private long oldest;

  /** Number of the next frame. */
  @GuardedBy("lock") private long next;

  /** The position before the oldest kept frame; null before the first position is known. */
  @GuardedBy("lock") private @Nullable Position begin;

  @GuardedBy("lock") private Latest latest = Latest.NONE;

  @GuardedBy("lock") private boolean closed;

  /**
   * What was sent to clients at once.
   *
   * @param bytes shared by all clients, and never changed
   * @param end the position after it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(byte[] bytes, Position end) {}

  /**
   * Where a client is.
   *
   * @param next number of the next frame for it
   * @param position everything up to it was sent
   */
  record Place(long next, Position position) {}

  /**
   * What replaces its predecessor, so that a client gets the latest only.
   *
   * @param status the status as a frame; null before the first
   * @param statuses statuses so far
   * @param outages times that Redis became unavailable
   * @param down whether Redis is unavailable
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Latest(byte @Nullable [] status, long statuses, long outages, boolean down) {
    static final Latest NONE = new Latest(null, 0, 0, false);
  }

  /**
   * What a client has not got yet.
   *
   * @param frames in order; empty when there are none
   * @param place after these frames; null when the client's place is not kept any more, or it had
   *     none
   */
  record News(List<Frame> frames, @Nullable Place place, Latest latest) {}

  /** Forgets everything and begins at a position. */
  void restart(Position position) {
    lock.lock();
    try {
      forget(position);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything; the position is unknown then. */
  void clear() {
    lock.lock();
    try {
      forget(null);
      latest = Latest.NONE;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private void forget(@Nullable Position position) {
    // A client that waits for the next number has lost its place.
    next++;
    oldest = next;
    begin = position;
    changed.signalAll();
  }

  void append(Frame frame) {
    lock.lock();
    try {
      if (next - oldest == CAPACITY) {
        begin = at(oldest).end();
        oldest++;
      }
      frames[(int) (next % CAPACITY)] = frame;
      next++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void status(byte[] frame) {
    lock.lock();
    try {
      latest = new Latest(frame, latest.statuses() + 1, latest.outages(), latest.down());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes whether Redis answers. */
  void down(boolean down) {
    lock.lock();
    try {
      if (down != latest.down()) {
        long outages = latest.outages() + (down ? 1 : 0);
        latest = new Latest(latest.status(), latest.statuses(), outages, down);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes all clients up; from now on none waits. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private Frame at(long number) {
    return java.util.Objects.requireNonNull(frames[(int) (number % CAPACITY)]);
  }

  /** The place after the newest frame; empty before the first position is known. */
  Optional<Place> end() {
    lock.lock();
    try {
      Position start = begin;
      return start == null
          ? Optional.empty()
          : Optional.of(new Place(next, next == oldest ? start : at(next - 1).end()));
    } finally {
      lock.unlock();
    }
  }

  /** The same, once it is known; empty when it is not known in time. */
  Optional<Place> awaitEnd(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (begin == null && nanos > 0 && !closed) {
        nanos = changed.awaitNanos(nanos);
      }
      return end();
    } finally {
      lock.unlock();
    }
  }

  /** The first place at which everything up to a position has been sent; empty when none is. */
  Optional<Place> firstAfter(Position position) {
    lock.lock();
    try {
      Position end = begin;
      for (long number = oldest; end != null; number++) {
        if (end.covers(position)) {
          return Optional.of(new Place(number, end));
        }
        end = number == next ? null : at(number).end();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something that the client has not got, its place is lost, or the timeout
   * ends.
   *
   * @param place of the client; null waits for a status or an outage only
   * @param seen what the client got of these
   */
  News await(@Nullable Place place, Latest seen, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (!isNews(place, seen) && nanos > 0 && !closed) {
        nanos = changed.awaitNanos(nanos);
      }
      return news(place);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock") private boolean isNews(@Nullable Place place, Latest seen) {
    return (place != null && (place.next() != next))
        || seen.statuses != latest.statuses
        || seen.outages != latest.outages;
  }

  @GuardedBy("lock") private News news(@Nullable Place place) {
    if (place == null || place.next() < oldest || place.next() > next) {
      return new News(List.of(), null, latest);
    }
    List<Frame> missing = new ArrayList<>();
    for (long number = place.next(); number < next; number++) {
      missing.add(at(number));
    }
    Position position = missing.isEmpty() ? place.position() : missing.getLast().end();
    return new News(missing, new Place(next, position), latest);
  }
}
