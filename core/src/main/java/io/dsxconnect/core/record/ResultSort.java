package io.dsxconnect.core.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Orders records by what they say of their file; records that are equal in it by id. */
public enum ResultSort {
  /** Order of recording. */
  ID,

  /** Size of the file; unknown sizes are the smallest. */
  SIZE,

  /** Location, by code unit; unreadable requests are first. */
  LOCATION,

  /** Engine time of the scan; unknown times are the smallest. */
  DURATION;

  /**
   * The sort with a name of {@link #wire}.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public static ResultSort of(String wire) {
    return Stream.of(values()).filter(sort -> sort.wire().equals(wire)).findFirst().orElseThrow();
  }

  /** The name in queries. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a record is sorted by; the record itself may have 100 KiB. */
  private record Entry(long number, String text, long id) {
    static final Comparator<Entry> ASCENDING =
        Comparator.comparingLong(Entry::number)
            .thenComparing(Entry::text)
            .thenComparingLong(Entry::id);
  }

  private Entry entry(RecordSketch record) {
    return switch (this) {
      case ID -> new Entry(0, "", record.id());
      case SIZE -> new Entry(known(record.size()), "", record.id());
      case LOCATION -> new Entry(0, record.location(), record.id());
      case DURATION -> new Entry(known(record.micros()), "", record.id());
    };
  }

  private static long known(@Nullable Long number) {
    return number == null ? -1 : number;
  }

  /** Keeps the first records of an order, whatever order they come in. Confined to one thread. */
  static final class Best {
    private final ResultSort sort;
    private final int most;
    private final Comparator<Entry> order;
    private final PriorityQueue<Entry> worstFirst;

    /**
     * @param most how many are kept
     */
    Best(ResultSort sort, boolean ascending, int most) {
      this.sort = sort;
      this.most = most;
      this.order = ascending ? Entry.ASCENDING : Entry.ASCENDING.reversed();
      this.worstFirst = new PriorityQueue<>(order.reversed());
    }

    void add(RecordSketch record) {
      Entry entry = sort.entry(record);
      if (worstFirst.size() < most) {
        worstFirst.add(entry);
      } else if (most > 0 && order.compare(entry, worstFirst.peek()) < 0) {
        worstFirst.remove();
        worstFirst.add(entry);
      }
    }

    /** Ids of the kept records from a position on, the first first. */
    List<Long> idsFrom(int offset) {
      List<Entry> all = new ArrayList<>(worstFirst);
      all.sort(order);
      return all.stream().skip(offset).map(Entry::id).toList();
    }
  }
}
