package io.dsxconnect.e2e;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A visitor opens the page of a core that has just been started. */
class FirstVisitIT extends BrowserFixture {
  @Override
  AllInOne start(Path temp) {
    return new AllInOne(temp, Map.of());
  }

  @Test
  void the_page_opens_in_every_size_and_theme() {
    DashboardPage page = open("/");
    page.screenshots("first-visit");
  }
}
