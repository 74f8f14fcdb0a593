package io.dsxconnect.e2e;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures of every page and main state, in {@code target/screenshots}. */
class ScreenshotsIT extends ScenesFixture {
  @ParameterizedTest
  @MethodSource("all")
  void each_state_is_drawn_in_every_size_and_theme(Scene scene) {
    open(scene, Look.DESK).screenshots(scene.name());
  }
}
