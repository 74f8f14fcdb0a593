package io.dsxconnect.bench;

/**
 * What is measured.
 *
 * @param name how the table calls it
 */
record Build(String name, String classPath) {

  /** The one that this runs from. */
  static Build own() {
    return new Build("this", System.getProperty("java.class.path"));
  }
}
