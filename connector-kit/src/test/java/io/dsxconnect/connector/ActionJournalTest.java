package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionJournalTest {
  static final ItemActionStatus DELETED =
      ItemActionStatus.of(Status.SUCCESS, "File deleted", null, ItemAction.DELETE);
  static final ItemActionStatus FAILED =
      ItemActionStatus.of(Status.ERROR, "permission denied", null, ItemAction.DELETE);

  @TempDir Path temp;
  Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("actions.ndjson");
  }

  static final ActionJournal.RecordedAction INTENT_ONLY =
      new ActionJournal.RecordedAction(null, null);

  static ActionJournal.RecordedAction recorded(ItemActionStatus outcome) {
    return new ActionJournal.RecordedAction(outcome, null);
  }

  ActionJournal journal() {
    return new ActionJournal(file, 3, 1 << 20);
  }

  void cut(int bytes) throws IOException {
    byte[] all = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(all, all.length - bytes));
  }

  @Test
  void what_was_written_is_read_oldest_first() throws Exception {
    assertThat(journal().read()).isEmpty();
    journal().recordIntent("a");
    journal().recordIntent("b");
    journal().recordOutcome("b", recorded(DELETED));
    assertThat(journal().read())
        .containsExactly(Map.entry("a", INTENT_ONLY), Map.entry("b", recorded(DELETED)));
  }

  @Test
  void an_error_takes_the_intent_back() throws Exception {
    journal().recordIntent("a");
    journal().recordOutcome("a", recorded(FAILED));
    assertThat(journal().read()).isEmpty();
  }

  /** The bug: it was joined to the next line, and every line after it was ignored forever. */
  @Test
  void half_a_line_that_a_kill_left_spoils_nothing_else() throws Exception {
    journal().recordIntent("a");
    journal().recordOutcome("a", recorded(DELETED));
    journal().recordIntent("b");
    cut(5);
    journal().recordIntent("c");
    journal().recordOutcome("c", recorded(DELETED));
    assertThat(journal().read())
        .containsExactly(Map.entry("a", recorded(DELETED)), Map.entry("c", recorded(DELETED)));
    assertThat(Files.readString(file)).contains("\n{\"id\":\"c\"}\n");
  }

  @Test
  void bytes_that_are_no_text_spoil_nothing_else() throws Exception {
    journal().recordIntent("a");
    Files.write(file, new byte[] {0, 0, (byte) 0xff, (byte) 0xc3, '\n'}, StandardOpenOption.APPEND);
    Files.writeString(
        file, "[]\n{\"id\":7}\n\n{\"id\":\"x\",\"outcome\":{}}\n", StandardOpenOption.APPEND);
    journal().recordIntent("b");
    assertThat(journal().read()).containsOnlyKeys("a", "b");
  }

  /** The bug: it grew forever. */
  @Test
  void a_journal_that_has_grown_is_rewritten() throws Exception {
    for (int i = 0; i < 10; i++) {
      journal().recordIntent("a" + i);
      if (i != 8) {
        journal().recordOutcome("a" + i, recorded(DELETED));
      }
    }
    assertThat(journal().read()).containsOnlyKeys("a7", "a8", "a9");
    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(journal().read())
        .containsEntry("a7", recorded(DELETED))
        .containsEntry("a8", INTENT_ONLY)
        .containsEntry("a9", recorded(DELETED));
    try (var files = Files.list(temp)) {
      assertThat(files).containsExactlyInAnyOrder(file, temp.resolve("actions.ndjson.lock"));
    }
  }

  @Test
  void a_journal_that_is_not_long_stays_as_it_is() throws Exception {
    for (int i = 0; i < 3; i++) {
      journal().recordIntent("a" + i);
      journal().recordOutcome("a" + i, recorded(DELETED));
    }
    String before = Files.readString(file);
    assertThat(journal().read()).hasSize(3);
    assertThat(file).content().isEqualTo(before);
  }

  @Test
  void bug_a_journal_was_written_again_at_a_start_only() throws Exception {
    ActionJournal journal = journal();
    for (int i = 0; i < 20; i++) {
      journal.recordIntent("a" + i);
      journal.recordOutcome("a" + i, recorded(DELETED));
    }
    assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(7);
    assertThat(journal.read()).containsOnlyKeys("a17", "a18", "a19");
  }

  @Test
  void bug_long_outcomes_made_a_journal_of_any_length() throws Exception {
    ActionJournal journal = new ActionJournal(file, 1000, 10_000);
    for (int i = 0; i < 100; i++) {
      journal.recordOutcome("a" + i, recorded(DELETED.describedAs("x".repeat(900))));
      assertThat(Files.size(file)).isLessThan(11_100);
    }
    assertThat(journal.read()).containsKeys("a99", "a98").doesNotContainKey("a80");
  }

  @Test
  void bug_every_user_of_the_machine_could_read_the_names_of_malicious_files() throws Exception {
    Files.writeString(file, "{\"id\":\"a\"}\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    ActionJournal journal = journal();
    journal.read();
    assertThat(mode(file)).isEqualTo("rw-------");
    Files.delete(file);
    journal.recordIntent("b");
    assertThat(mode(file)).isEqualTo("rw-------");
    for (int i = 0; i < 20; i++) {
      journal.recordOutcome("a" + i, recorded(DELETED));
    }
    assertThat(mode(file)).isEqualTo("rw-------");
    Path folder = temp.resolve("new/data");
    assertThat(Identity.in(folder, () -> "2c81d259-0000-4000-8000-000000000001")).isNotEmpty();
    assertThat(mode(folder)).isEqualTo("rwx------");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void replicas_that_share_a_journal_lose_nothing() throws Exception {
    List<Future<?>> replicas = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String replica : List.of("a", "b")) {
        ActionJournal journal = new ActionJournal(file, 100, 1 << 20);
        replicas.add(
            pool.submit(
                () -> {
                  // Enough lines for each replica to rewrite the file more than once.
                  for (int i = 0; i < 400; i++) {
                    journal.recordOutcome(
                        replica + i % 40, recorded(DELETED.describedAs("round " + i / 40)));
                  }
                  return null;
                }));
      }
    }
    for (Future<?> replica : replicas) {
      replica.get();
    }
    assertThat(new ActionJournal(file, 100, 1 << 20).read().values())
        .hasSize(80)
        .containsOnly(recorded(DELETED.describedAs("round 9")));
  }
}
