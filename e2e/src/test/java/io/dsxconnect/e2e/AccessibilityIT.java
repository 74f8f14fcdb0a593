package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What axe-core finds (WCAG 2.2 AA and best practice): nothing, in no state and no theme. And what
 * it cannot find: a page that scrolls sideways, or a control that lies beside the screen.
 */
class AccessibilityIT extends ScenesFixture {
  /** The width at which WCAG 1.4.10 asks for a page without sideways scrolling, CSS pixels. */
  private static final int NARROWEST = 320;

  /** Controls outside the screen that no scrolling reaches: one line for each. */
  private static final String OUT_OF_REACH =
      """
      () => {
        const scrolls = element => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
        const reached = element => {
          for (let up = element.parentElement; up; up = up.parentElement) {
            if (scrolls(up) && up.scrollWidth > up.clientWidth) return true;
          }
          return false;
        };
        return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
          .filter(element => element.checkVisibility() && !element.closest('.sr, .skip'))
          .filter(element => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
          })
          .filter(element => !reached(element))
          .map(element => element.outerHTML.slice(0, 200));
      }
      """;

  @ParameterizedTest
  @MethodSource("all")
  void a_state_of_a_page_is_accessible_in_both_themes_and_on_a_phone(Scene scene) {
    DashboardPage page = open(scene, Look.DESK);
    for (Look look : List.of(Look.DESK, Look.DESK_DARK, Look.PHONE_DARK)) {
      page.wear(look);
      Axe.assertAccessible(scene + ", " + look, page.page());
      assertFits(scene + ", " + look, page.page());
    }
    page.page().setViewportSize(NARROWEST, 640);
    assertFits(scene + ", " + NARROWEST + " px", page.page());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/results", "/jobs", "/connectors", "/dead-letters"})
  void bug_a_menu_opened_beside_a_narrow_screen(String path) {
    DashboardPage page = open(path, Look.PHONE);
    Locator menus = page.page().locator("main .menu > button");
    PlaywrightAssertions.assertThat(menus.first()).isVisible();
    for (Locator menu : menus.all()) {
      menu.click();
      PlaywrightAssertions.assertThat(page.page().locator(".menu-box")).isVisible();
      assertFits(path + ", " + menu.textContent(), page.page());
      page.press("Escape");
    }
  }

  private static void assertFits(String state, Page page) {
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as(state + " does not scroll sideways")
        .isEqualTo(true);
    assertThat((List<?>) page.evaluate(OUT_OF_REACH))
        .as(state + ": controls outside the screen")
        .isEmpty();
  }
}
