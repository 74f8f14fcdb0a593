package io.dsxconnect.core.queue;

/**
 * A file in the hands of one worker.
 *
 * @param lane where it came from; begins with the connector's key
 * @param token counts deliveries; whoever holds an older one has lost the task
 * @param id what the API answered when it took the request
 * @param tries attempts used up
 * @param turns times that its target refused it while it took others
 * @param origin names the connector data that all files of a job share
 * @param body in the stage's own JSON
 * @param deaths workers that died while they ran this and nothing else
 * @param suspect left behind by two workers that died, one after the other: to be run alone
 */
public record Task(
    Stage stage,
    String lane,
    String entry,
    String token,
    String id,
    String job,
    int tries,
    int turns,
    String origin,
    String body,
    int deaths,
    boolean suspect) {

  /** The connector's part of the lane's name. */
  public String connector() {
    int slash = lane.indexOf('/');
    return slash < 0 ? lane : lane.substring(0, slash);
  }
}
