package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What axe-core finds (WCAG 2.2 AA and best practice): nothing, in no state and no theme. And what
 * it cannot find: a page that scrolls sideways, or a control that lies beside the screen.
 */
class AccessibilityIT extends ScenesFixture {
  /** The width at which WCAG 1.4.10 asks for a page without sideways scrolling, CSS pixels. */
  private static final int NARROWEST = 320;

  /** Texts that leave their box or lie over each other: one line for each. */
  private static final String OUT_OF_BOX =
      """
      () => {
        const name = element => `${element.outerHTML.slice(0, 120)} ${element.textContent.slice(0, 60)}`;
        const wide = [...document.querySelectorAll('main :is(p, td, dt, dd, h2, h3, strong, .label)')]
          .filter(element => element.checkVisibility() && !element.closest('.sr, .sr *'))
          .filter(element => getComputedStyle(element).display !== 'inline')
          .filter(element => getComputedStyle(element).overflowX === 'visible')
          .filter(element => element.scrollWidth > element.clientWidth + 1)
          .map(name);
        const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        const over = [...document.querySelectorAll('main svg.chart')].flatMap(chart => {
          const texts = [...chart.querySelectorAll('text')].filter(text => text.checkVisibility());
          const boxes = texts.map(text => text.getBoundingClientRect());
          return texts.filter((text, i) => boxes.some((box, k) => k < i && meets(box, boxes[i]))).map(name);
        });
        return [...wide, ...over];
      }
      """;

  private static final Set<String> DRAWERS =
      Set.of(
          "connector-state",
          "connector-configure",
          "connector-preview",
          "connector-add",
          "result",
          "dead-letter");

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

  private static final int MOST_TABS = 200;

  /** What {@link #PLACE_OF_FOCUS} answers when Tab has left the page. */
  private static final String END = "end";

  /** Where the focus is; of an element that something else lies over, which. */
  private static final String PLACE_OF_FOCUS =
      """
      () => {
        const element = document.activeElement;
        if (element === document.body || element.matches('.skip')) return 'end';
        const box = element.getBoundingClientRect();
        const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
        const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
        for (const x of [0.25, 0.5, 0.75]) {
          for (const y of [0.25, 0.5, 0.75]) {
            const over = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
            const seen = over && (element.contains(over) || over.contains(element)
              || over.closest('label')?.contains(element));
            if (!seen) return `covered: ${element.outerHTML.slice(0, 200)} by ${over?.outerHTML.slice(0, 200)}`;
          }
        }
        return element.closest('.drawer') ? 'drawer' : element.closest('main') ? 'list' : 'frame';
      }
      """;

  /** Whether nothing scrolls sideways, and no row is cut at its end. */
  private static final String FITS =
      """
      () => document.documentElement.scrollWidth <= innerWidth
        && [...document.querySelectorAll('main .scroll')].every(box => box.scrollWidth <= box.clientWidth + 1)
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
    // Charts are drawn to their measured width in the next frame.
    page.page().evaluate("() => new Promise(done => requestAnimationFrame(() => done()))");
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

  /** Each drawer, at the widths of desks. */
  final Stream<Arguments> drawers() {
    return scenes()
        .filter(scene -> DRAWERS.contains(scene.name()))
        .flatMap(scene -> Stream.of(1280, 1440, 1920).map(width -> Arguments.of(scene, width)));
  }

  @ParameterizedTest
  @MethodSource("drawers")
  void bug_the_focus_went_behind_a_drawer(Scene scene, int width) {
    DashboardPage page = open(scene, Look.DESK);
    page.page().setViewportSize(width, 800);
    PlaywrightAssertions.assertThat(page.drawer()).isVisible();
    page.page().locator(".skip").focus(); // the first of the page
    Set<String> places = new HashSet<>();
    String place = "";
    for (int i = 0; i < MOST_TABS && !place.equals(END); i++) {
      page.press("Tab");
      place = String.valueOf(page.page().evaluate(PLACE_OF_FOCUS));
      assertThat(place).as("Tab number " + i).doesNotStartWith("covered");
      places.add(place);
    }
    assertThat(places).contains("drawer", "list", "frame");
    assertThat(page.page().evaluate(FITS)).as("nothing is cut beside it").isEqualTo(true);
  }

  private static void assertFits(String state, Page page) {
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as(state + " does not scroll sideways")
        .isEqualTo(true);
    assertThat((List<?>) page.evaluate(OUT_OF_REACH))
        .as(state + ": controls outside the screen")
        .isEmpty();
    assertThat((List<?>) page.evaluate(OUT_OF_BOX))
        .as(state + ": texts outside their box")
        .isEmpty();
  }
}
