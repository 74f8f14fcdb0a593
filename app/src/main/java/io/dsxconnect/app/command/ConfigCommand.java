package io.dsxconnect.app.command;

import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.settings.Setting;
import io.dsxconnect.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Shows every setting: its value, where that comes from, and what it does.")
public final class ConfigCommand implements Callable<Integer> {
  @Mixin LogOption log = new LogOption();

  @Option(names = "--json", description = "for programs")
  boolean json;

  @Option(names = "--set", description = "only what is not the default")
  boolean set;

  @Option(names = "--reference", hidden = true, description = "the reference page, as Markdown")
  boolean reference;

  @Override
  public Integer call() {
    Settings core = coreSettings(System.getenv());
    Settings connector = connectorSettings(System.getenv());
    if (reference) {
      System.out.print(referencePage());
      return 0;
    }
    print("core", core.declared());
    print("connector", connector.declared());
    core.check("DSXCONNECT_");
    connector.check("DSXCONNECTOR_");
    return 0;
  }

  private static Settings coreSettings(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    CoreSettings.read(settings);
    return settings;
  }

  private static Settings connectorSettings(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    ConnectorSettings connector =
        ConnectorSettings.from(
            settings, "filesystem-connector", Path.of("~/.dsx-connect/filesystem-connector"));
    ConnectorCommand.Filesystem.declare(settings, connector.actionTarget());
    return settings;
  }

  private void print(String role, List<Setting> settings) {
    for (Setting s : settings) {
      if (set && s.source() == Setting.Source.DEFAULT) {
        continue;
      }
      if (json) {
        System.out.println(Json.text(Map.of("role", role, "setting", asMap(s))));
      } else {
        System.out.printf("%-58s %-40s %s%n", s.name(), Printable.of(s.value()), source(s));
      }
    }
  }

  private static Map<String, String> asMap(Setting s) {
    return Map.of(
        "name", s.name(),
        "type", s.type(),
        "default", s.unset(),
        "about", s.about(),
        "value", s.value(),
        "source", source(s));
  }

  private static String source(Setting s) {
    return s.source().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The page {@code docs/settings.md}; a test keeps the two the same. */
  public static String referencePage() {
    StringBuilder page = new StringBuilder();
    page.append("# Settings\n\n");
    page.append(
        "Made by `./dsx config --reference`; `./dsx config` shows what is in force, and from where.\n");
    page.append("Names are not case-sensitive. A secret may come from a file: `NAME_FILE`.\n");
    page.append("All faults are told at once, with what was probably meant.\n\n");
    table(page, "Core (API and workers)", coreSettings(Map.of()).declared());
    table(page, "Filesystem connector", connectorSettings(Map.of()).declared());
    return page.toString();
  }

  private static void table(StringBuilder page, String title, List<Setting> settings) {
    page.append("## ").append(title).append("\n\n| name | type | default | what it does |\n");
    page.append("| --- | --- | --- | --- |\n");
    for (Setting s : settings) {
      page.append("| `").append(s.name()).append("` | ").append(s.type()).append(" | ");
      page.append(s.unset().isEmpty() ? "" : "`" + s.unset() + "`");
      page.append(" | ").append(s.about().replace("|", "\\|")).append(" |\n");
    }
    page.append('\n');
  }
}
