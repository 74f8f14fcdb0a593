package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.view.Table;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.settings.StartFailure;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dsx connectors}: the connectors registered with the core behind an API. */
@Command(
    name = "connectors",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists and checks the connectors of a core.")
public final class ConnectorsCommand {

  @Command(mixinStandardHelpOptions = true, description = "Lists the registered connectors.")
  int list(@Mixin Remote remote) {
    JsonNode connectors = remote.get(Routes.CONNECTORS + "/list");
    if (remote.json) {
      Remote.print(connectors);
      return 0;
    }
    Table table = new Table("UUID", "NAME", "STATUS", "ACTION", "ASSET", "URL");
    for (JsonNode c : connectors) {
      table.row(
          Table.text(c, "uuid"),
          Table.text(c, "name"),
          Table.text(c, "status"),
          Table.text(c, "item_action"),
          Table.text(c, "asset"),
          Table.text(c, "url"));
    }
    table.print();
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Checks whether a connector reaches its repository. Exit codes: 0 yes, 3 no.")
  int check(
      @Mixin Remote remote,
      @Parameters(paramLabel = "CONNECTOR", description = "UUID, or a unique name")
          String connector,
      @Option(
              names = "--preview",
              paramLabel = "N",
              defaultValue = "0",
              description = "Number of file names to show; default: ${DEFAULT-VALUE}")
          int preview) {
    JsonNode answer =
        remote.get(
            Routes.CONNECTORS + Routes.REPO_CHECK + "/" + uuidOf(remote, connector),
            "preview",
            preview == 0 ? null : preview);
    if (remote.json) {
      Remote.print(answer);
    } else {
      Table table = new Table("STATUS", "MESSAGE");
      table.row(Table.text(answer, "status"), Table.text(answer, "message"));
      answer.path("preview").forEach(name -> table.row("", name.asText()));
      table.print();
    }
    return Table.text(answer, "status").equals("success") ? 0 : 3;
  }

  /**
   * The UUID of a connector.
   *
   * @param uuidOrName the name or display name must be that of one connector only
   * @throws StartFailure when no connector or several connectors match
   */
  static String uuidOf(Remote remote, String uuidOrName) {
    List<String> named = new ArrayList<>();
    for (JsonNode c : remote.get(Routes.CONNECTORS + "/list")) {
      String uuid = Table.text(c, "uuid");
      if (uuid.equalsIgnoreCase(uuidOrName)) {
        return uuid;
      }
      if (uuidOrName.equals(Table.text(c, "name"))
          || uuidOrName.equals(Table.text(c, "display_name"))) {
        named.add(uuid);
      }
    }
    if (named.size() != 1) {
      throw new StartFailure(
          named.isEmpty()
              ? "no connector '" + uuidOrName + "' is registered; see 'dsx connectors list'"
              : named.size() + " connectors are named '" + uuidOrName + "'; give the UUID of one");
    }
    return named.getFirst();
  }
}
