package io.dsxconnect.core.queue;

/**
 * One file in one stage's queue, owned by one worker. Immutable.
 *
 * @param delivery where the task came from, and the right to hand it off
 * @param attempts what became of earlier attempts
 * @param message what the task is about
 */
public record Task(Stage stage, Delivery delivery, Attempts attempts, Message message) {

  /**
   * @param lane name of the lane; begins with the connector's key
   * @param entry id of the entry in the lane's stream
   * @param token fencing token: the delivery count; a worker with an older one has lost the task
   */
  public record Delivery(String lane, String entry, String token) {}

  /**
   * @param tries attempts used up
   * @param refusals times that the target refused this task while it accepted others
   * @param deaths workers that died while they ran this task alone
   * @param suspect two workers died while they held this task, so it runs alone
   */
  public record Attempts(int tries, int refusals, int deaths, boolean suspect) {
    /** Of a task that was never run. */
    public static final Attempts NONE = new Attempts(0, 0, 0, false);
  }

  /**
   * @param id the id that the API returned for the request
   * @param origin digest of the job's {@link Origin}
   * @param body in the stage's own JSON
   */
  public record Message(String id, String job, String origin, String body) {}

  public String lane() {
    return delivery.lane();
  }

  public String entry() {
    return delivery.entry();
  }

  public String token() {
    return delivery.token();
  }

  public int tries() {
    return attempts.tries();
  }

  public int refusals() {
    return attempts.refusals();
  }

  public int deaths() {
    return attempts.deaths();
  }

  public boolean suspect() {
    return attempts.suspect();
  }

  public String id() {
    return message.id();
  }

  public String job() {
    return message.job();
  }

  public String origin() {
    return message.origin();
  }

  public String body() {
    return message.body();
  }

  /** The connector's key, with which the lane's name begins. */
  public String connector() {
    int slash = lane().indexOf('/');
    return slash < 0 ? lane() : lane().substring(0, slash);
  }
}
