package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connector reports about itself: its settings, its current policy, where it is reached.
 * Thread-safe.
 */
final class ConnectorProfile {
  private static final Logger log = LoggerFactory.getLogger(ConnectorProfile.class);

  private final ConnectorSettings settings;
  private final Repository repository;
  private final String uuid;
  private final Supplier<String> url;
  private volatile Policy policy;

  /**
   * @param url where the core reaches the connector, its name included
   */
  ConnectorProfile(
      ConnectorSettings settings, Repository repository, String uuid, Supplier<String> url) {
    this.settings = settings;
    this.repository = repository;
    this.uuid = uuid;
    this.url = url;
    this.policy = Policy.of(settings);
    warnOfObstacle(policy);
  }

  String uuid() {
    return uuid;
  }

  /** What an operator may change; in force until the next change or restart. */
  Policy policy() {
    return policy;
  }

  /** Puts another policy in force; the core learns of it with the next heartbeat. */
  void change(Policy changed) {
    policy = changed;
    warnOfObstacle(changed);
  }

  private void warnOfObstacle(Policy now) {
    repository
        .obstacle(now.itemAction())
        .ifPresent(
            why ->
                log.warn(
                    "item action '{}' will fail on every malicious file: {}",
                    now.itemAction().wire(),
                    why));
  }

  /** As the connector registers, with a status. */
  ConnectorInstance as(ConnectorStatus status) {
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
}
