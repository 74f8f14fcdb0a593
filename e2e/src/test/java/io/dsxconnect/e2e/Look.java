package io.dsxconnect.e2e;

import com.microsoft.playwright.options.ColorScheme;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a visitor looks at the page with. */
record Look(Screen screen, ColorScheme theme) {
  /** Sizes in CSS pixels. */
  enum Screen {
    DESK(1440, 900),
    WALL(2560, 1440),
    PHONE(390, 844);

    final int width;
    final int height;

    Screen(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }

  static final Look DESK = new Look(Screen.DESK, ColorScheme.LIGHT);
  static final Look DESK_DARK = new Look(Screen.DESK, ColorScheme.DARK);
  static final Look PHONE = new Look(Screen.PHONE, ColorScheme.LIGHT);
  static final Look PHONE_DARK = new Look(Screen.PHONE, ColorScheme.DARK);

  /** Each screen in both themes. */
  static List<Look> all() {
    return Arrays.stream(Screen.values())
        .flatMap(
            screen ->
                List.of(ColorScheme.LIGHT, ColorScheme.DARK).stream()
                    .map(theme -> new Look(screen, theme)))
        .toList();
  }

  /** For names of files, for example {@code phone-dark}. */
  @Override
  public String toString() {
    return (screen + "-" + theme).toLowerCase(Locale.ROOT);
  }
}
