package io.dsxconnect.app.view;

import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.connector.Listing;
import io.dsxconnect.contract.Printable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Prints the files that a scan would include, and counts those it would leave out. Not thread-safe.
 */
public final class DryRun implements Listing {
  private static final int MAX_SAMPLES = 100;

  private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
  private final List<String> errorSamples = new ArrayList<>();
  private long files;
  private long errors;

  @Override
  public boolean file(Item item) {
    files++;
    System.out.println(Printable.of(item.location()));
    return true;
  }

  @Override
  public void leftOut(LeftOut kind, String location) {
    leftOut.merge(kind, 1L, Long::sum);
  }

  @Override
  public void failed(String location, String reason) {
    errors++;
    if (errorSamples.size() < MAX_SAMPLES) {
      errorSamples.add(location + ": " + reason);
    }
  }

  /** Files printed so far. */
  public long files() {
    return files;
  }

  /** What was left out so far. */
  public ListingNotes notes() {
    return new ListingNotes(leftOut, errors, errorSamples);
  }
}
