package io.dsxconnect.connector;

/** Takes what a repository lists. All methods may block: that is the backpressure. */
public interface Listing {

  /**
   * A file to scan.
   *
   * @return false when listing should stop (the job was cancelled, the limit reached)
   */
  boolean file(Item item);

  /**
   * Something that is not offered for scanning, for a reason that needs no operator. A folder
   * counts as one, whatever is in it.
   */
  void leftOut(LeftOut kind, String location);

  /** Something that should have been listed but could not be (a folder without permission). */
  void failed(String location, String reason);

  /**
   * @param location what {@link Repository#open} needs to find it again
   * @param metainfo for people, usually the file's name
   * @param sizeInBytes as listed; -1 when unknown
   */
  record Item(String location, String metainfo, long sizeInBytes) {}
}
