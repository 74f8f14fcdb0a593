package io.dsxconnect.connector;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connector's description for the core: settings, current policy and URL. Thread-safe. */
@ThreadSafe
final class ConnectorProfile {
  private static final Logger log = LoggerFactory.getLogger(ConnectorProfile.class);

  private final ConnectorSettings settings;
  private final Repository repository;
  private final String uuid;
  private final Supplier<String> url;
  private volatile Policy policy;

  /**
   * @param url supplies the URL under which the core reaches the connector, including its name
   */
  ConnectorProfile(
      ConnectorSettings settings, Repository repository, String uuid, Supplier<String> url) {
    this.settings = settings;
    this.repository = repository;
    this.uuid = uuid;
    this.url = url;
    this.policy = Policy.of(settings);
    warnIfActionWillFail(policy);
  }

  String uuid() {
    return uuid;
  }

  /** The policy in force until the next change or restart. */
  Policy policy() {
    return policy;
  }

  /** Replaces the policy. The core receives it with the next heartbeat. */
  void change(Policy changed) {
    policy = changed;
    warnIfActionWillFail(changed);
  }

  private void warnIfActionWillFail(Policy now) {
    repository
        .obstacle(now.itemAction())
        .ifPresent(
            why ->
                log.warn(
                    "item action '{}' will fail on every malicious file: {}",
                    now.itemAction().wire(),
                    why));
  }

  /** The connector as it registers, with this status. */
  ConnectorInstance instance(ConnectorStatus status) {
    Policy now = policy;
    return ConnectorInstance.builder(settings.name(), url.get())
        .display(settings.appearance().displayName(), settings.appearance().displayIcon())
        .uuid(uuid)
        .metaInfo(repository.metaInfo())
        .status(status)
        .itemAction(now.itemAction(), settings.actionTarget())
        .asset(repository.asset(), assetName())
        .filter(now.filterText())
        .build();
  }

  private String assetName() {
    String given = settings.appearance().assetName();
    return given.isEmpty() ? repository.asset() : given;
  }

  /** The answer to {@code GET /version}. */
  Map<String, Object> versions(String version) {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("connector_name", settings.name());
    versions.put("connector_id", settings.name());
    versions.put("connector_instance_id", uuid);
    versions.put("version", version);
    return versions;
  }
}
