package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What axe-core finds (WCAG 2.2 AA and best practice): nothing, in no state and no theme. */
class AccessibilityIT extends ScenesFixture {
  @ParameterizedTest
  @MethodSource("all")
  void a_state_of_a_page_is_accessible_in_both_themes_and_on_a_phone(Scene scene) {
    DashboardPage page = open(scene, Look.DESK);
    for (Look look : List.of(Look.DESK, Look.DESK_DARK, Look.PHONE_DARK)) {
      page.wear(look);
      Axe.assertAccessible(scene + ", " + look, page.page());
      assertThat(page.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .as(scene + ", " + look + " does not scroll sideways")
          .isEqualTo(true);
    }
  }
}
