package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The first part of a listing: what a full scan would begin with, and how many files it would find.
 * Immutable.
 *
 * @param locations the first files, as many as requested at most
 * @param files the number of files that were found
 * @param complete whether the listing came to its end; otherwise there may be more files
 */
record ListingSample(List<String> locations, long files, boolean complete) {

  /** Of nothing. */
  static final ListingSample NONE = new ListingSample(List.of(), 0, true);

  /**
   * Lists until the end, or until a bound is reached. Blocks.
   *
   * @param filter the filter in force
   * @param nanos a clock that only grows
   */
  static ListingSample take(
      Repository repository, Filter filter, Bounds bounds, LongSupplier nanos) {
    Collector collector = new Collector(bounds, nanos);
    try {
      repository.list(filter, collector);
    } catch (EndOfSample e) {
      return collector.sample();
    }
    return collector.sample();
  }

  /**
   * When a sample ends.
   *
   * @param locations to keep at most
   * @param files to count at most
   * @param time for the listing
   */
  record Bounds(int locations, long files, Duration time) {}

  /** Ends a listing that finds no file, where no return value can. */
  private static final class EndOfSample extends RuntimeException {
    private static final long serialVersionUID = 1;

    EndOfSample() {
      super("the sample ends here", null, false, false);
    }
  }

  /** Confined to one thread. */
  private static final class Collector implements Listing {
    private final Bounds bounds;
    private final LongSupplier nanos;
    private final long begin;
    private final List<String> locations = new ArrayList<>();
    private long files;
    private boolean stopped;

    Collector(Bounds bounds, LongSupplier nanos) {
      this.bounds = bounds;
      this.nanos = nanos;
      this.begin = nanos.getAsLong();
    }

    @Override
    public boolean file(Item item) {
      files++;
      if (locations.size() < bounds.locations()) {
        locations.add(item.location());
      }
      stopped = files >= bounds.files() || timeIsUp();
      return !stopped;
    }

    @Override
    public void leftOut(LeftOut kind, String location) {
      endIfTimeIsUp();
    }

    @Override
    public void failed(String location, String reason) {
      // The full scan reports it.
      endIfTimeIsUp();
    }

    private void endIfTimeIsUp() {
      if (timeIsUp()) {
        stopped = true;
        throw new EndOfSample();
      }
    }

    private boolean timeIsUp() {
      return nanos.getAsLong() - begin >= bounds.time().toNanos();
    }

    ListingSample sample() {
      return new ListingSample(List.copyOf(locations), files, !stopped);
    }
  }
}
