package io.dsxconnect.bench;

/**
 * A build to measure.
 *
 * @param name in the table
 */
record Build(String name, String classPath) {

  /** The build that this process runs from. */
  static Build own() {
    return new Build("this", System.getProperty("java.class.path"));
  }
}
