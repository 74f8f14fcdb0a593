package io.dsxconnect.e2e;

import java.util.function.Consumer;

/**
 * One state of a page, for pictures and for checks of accessibility.
 *
 * @param path its address
 * @param show leads there from the loaded address, and waits until it is shown
 */
record Scene(String name, String path, Consumer<DashboardPage> show) {
  @Override
  public String toString() {
    return name;
  }
}
