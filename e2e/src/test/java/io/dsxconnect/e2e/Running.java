package io.dsxconnect.e2e;

/** A running dsx-connect whose page a browser can open. */
interface Running extends AutoCloseable {
  /** Where API and page are served. */
  String url();

  Api api();

  @Override
  void close();
}
