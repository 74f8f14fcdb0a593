package io.dsxconnect.core.redis;

/**
 * Makes the names of the keys in one partition of one environment. All keys of a partition begin
 * with the same hash tag, so that everything that one script touches is in one slot. Immutable.
 */
public final class Keys {
  private final String env;
  private final String prefix;

  /**
   * @param env {@code DSXCONNECT_APP_ENV}; keeps environments apart on one server
   * @param partition number of the partition, from 0
   */
  public Keys(String env, int partition) {
    this.env = env;
    this.prefix = "dsx:" + env + ":{p" + partition + "}:";
  }

  /** The prefix of every key of this partition. */
  public String prefix() {
    return prefix;
  }

  /**
   * The name of a key, for example {@code of(Key.JOB, id)}.
   *
   * @param arguments one for each {@code %s} of the key's pattern
   * @throws IllegalArgumentException when there are more or fewer arguments
   */
  public String of(Key key, Object... arguments) {
    return key.name(prefix, arguments);
  }

  /** A pub/sub channel of the original, for example {@code notify:scan_result}. */
  public String channel(String name) {
    return env + ":dsx-connect:" + name;
  }
}
