package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanStats;
import io.dsxconnect.core.record.RecordDeletion;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.ResultSort;
import io.dsxconnect.core.record.ResultSummary;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Searches;
import io.dsxconnect.core.record.SearchesBusyException;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Records and totals. Lists are streamed from Redis to the client, so their length is unlimited.
 * Thread-safe. See docs/wire.md, "Result records".
 */
@ThreadSafe
public final class ResultResource implements RouteTable.Resource {
  private static final Param JOB = Param.pathText("job_id", "Id of the job");

  private static final List<String> SORTS =
      Stream.of(ResultSort.values()).map(ResultSort::wire).toList();

  private final Results results;
  private final Searches searches;
  private final RecordDeletion deletion;
  private final RecordTotals totals;

  /**
   * @param searches over the same results
   * @param deletion of the same results
   * @param totals of the same results
   */
  public ResultResource(
      Results results, Searches searches, RecordDeletion deletion, RecordTotals totals) {
    this.results = results;
    this.searches = searches;
    this.deletion = deletion;
    this.totals = totals;
  }

  record Deleted(String status, String jobId) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.RESULTS, Access.VIEWER, "List results, newest first")
            .with(
                ResultParams.filtersAnd(
                    Param.whole(
                        "limit", Long.MIN_VALUE, Long.MAX_VALUE, 200L, "Maximum number of results"),
                    Param.whole(
                        "cursor",
                        0,
                        Long.MAX_VALUE,
                        null,
                        "Id of the last result of the previous page; not with another sort than"
                            + " id"),
                    Param.oneOf("order", List.of("asc", "desc"), "desc", "Order of the sort"),
                    Param.oneOf("sort", SORTS, SORTS.getFirst(), "What the results are sorted by"),
                    Param.whole(
                        "offset",
                        0,
                        Searches.MAX_SORTED,
                        0L,
                        "Position of the first result, from 0")))
            .answers(
                200,
                "The results; the id of the last one is the cursor of the next page. With the"
                    + " header X-Search-Cursor the search ended after 10 s, and goes on with that"
                    + " cursor",
                ShownResult[].class)
            .answers(400, "offset and limit reach too far")
            .answers(503, "Too many searches")
            .to(this::list),
        Route.delete(Routes.RESULTS, Access.ADMIN, "Delete results; totals and ledgers stay")
            .with(Param.text("job_id", "Id of the job; all jobs when absent"))
            .answers(200, "Deleted", Deleted.class)
            .to(this::delete),
        Route.get(Routes.RESULTS + "/job/{job_id}", Access.VIEWER, "Get all results of a job")
            .with(JOB)
            .answers(200, "The results, newest first", ShownResult[].class)
            .to(
                call ->
                    ResultWriter.list(
                        call,
                        ResultWriter.Source.whole(
                            taker ->
                                results.find(
                                    ResultQuery.ofJob(call.text("job_id")).oldestFirst(false),
                                    taker)),
                        0,
                        Long.MAX_VALUE)),
        // Before the route of a task, whose path matches, too.
        Route.get(
                Routes.RESULTS + "/summary",
                Access.VIEWER,
                "Count results by outcome and by state of the item action")
            .with(ResultParams.filtersAnd())
            .answers(
                200,
                "The counts; complete is false when the search took too long",
                ResultSummary.class)
            .answers(503, "Too many searches")
            .to(this::summary),
        Route.get(
                Routes.RESULTS + "/{task_id}", Access.VIEWER, "Get the result of one scan request")
            .with(Param.pathText("task_id", "Id in the answer to the scan request"))
            .answers(200, "No result or one", ShownResult[].class)
            .to(
                call ->
                    call.answer(
                        200,
                        results.ofTask(call.text("task_id")).stream()
                            .map(ResultWriter::view)
                            .toList())),
        Route.get(Routes.STATS, Access.VIEWER, "Get totals over everything ever recorded")
            .answers(200, "The totals", ScanStats.class)
            .to(call -> call.answer(200, totals.stats())));
  }

  private void list(Call call) throws IOException, InvalidInput {
    long limit = Math.max(1, call.number("limit").orElse(200L));
    int offset = call.count("offset");
    ResultQuery query =
        ResultParams.query(call)
            .oldestFirst(call.text("order").equals("asc"))
            .after(call.number("cursor").orElse(null));
    ResultSort sort = ResultSort.of(call.text("sort"));
    if ((sort != ResultSort.ID || offset > 0) && limit > Searches.MAX_SORTED - offset) {
      throw Refusal.of(400, "offset + limit must be at most " + Searches.MAX_SORTED);
    }
    orBusy(
        call,
        () ->
            ResultWriter.list(
                call,
                sort == ResultSort.ID
                    ? (mayEnd, taker) ->
                        searches.stream(query, () -> offset == 0 && mayEnd.getAsBoolean(), taker)
                    : ResultWriter.Source.whole(
                        taker ->
                            each(
                                searches.sorted(query, sort, offset, Math.toIntExact(limit)),
                                taker)),
                sort == ResultSort.ID ? offset : 0,
                limit));
  }

  private static void each(List<ScanResult> records, Predicate<ScanResult> taker) {
    for (ScanResult record : records) {
      if (!taker.test(record)) {
        return;
      }
    }
  }

  /** A search that writes its answer. */
  interface Search {
    void run() throws IOException;
  }

  /**
   * Runs a search.
   *
   * @throws Refusal 503 when other searches took all turns
   */
  static void orBusy(Call call, Search search) throws IOException {
    try {
      search.run();
    } catch (SearchesBusyException e) {
      throw busy(call, e);
    }
  }

  /** The answer when other searches took all turns: 503, to be tried again after 2 s. */
  static Refusal busy(Call call, SearchesBusyException e) {
    call.setHeader("Retry-After", "2");
    return Refusal.of(503, String.valueOf(e.getMessage()));
  }

  private void summary(Call call) throws IOException, InvalidInput {
    ResultQuery query = ResultParams.query(call);
    orBusy(call, () -> call.answer(200, searches.summary(query)));
  }

  private void delete(Call call) throws InvalidInput {
    call.requireDeclaredQuery();
    String job = call.given("job_id").orElse(null);
    if (job == null) {
      deletion.deleteAll();
    } else {
      deletion.deleteOf(job);
    }
    call.answer(200, new Deleted("success", job == null ? "all" : job));
  }
}
