package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.InvalidSettings;
import io.dsxconnect.settings.Settings;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppearanceTest {
  private static Appearance of(String icon) {
    Settings settings = new Settings(Map.of("DSXCONNECTOR_DISPLAY_ICON", icon));
    Appearance appearance = Appearance.from(settings);
    settings.check();
    return appearance;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:image/png;base64,AAAA",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>"
      })
  void an_icon_without_scripts_and_links_is_accepted(String icon) {
    assertThat(of(icon).displayIcon()).isEqualTo(icon);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "data:text/html,<p>",
        "<svg onload=\"x()\"/>",
        "<svg><SCRIPT>x</SCRIPT></svg>",
        "<svg><image href=\"//evil\"/></svg>",
        "<svg><circle onclick = 'x()'/></svg>",
        "<svg><animate onbegin=x() attributeName=x /></svg>",
        "<svg><rect/><set attributeName=\"x\"/></svg>",
        "<svg><style>*{fill:red}</style></svg>",
        "<svgonload=x>",
        "data:image/png;base64,AAAA\"><script>",
        "data:image/unknown;base64,AAAA",
        "<svg><image xlink=\"https://evil\"/></svg>"
      })
  void an_icon_with_scripts_or_links_is_refused(String icon) {
    assertThatThrownBy(() -> of(icon))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("DSXCONNECTOR_DISPLAY_ICON");
  }
}
