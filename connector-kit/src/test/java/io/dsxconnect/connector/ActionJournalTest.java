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

  static final ActionJournal.Known UNKNOWN = new ActionJournal.Known(null, null);

  static ActionJournal.Known known(ItemActionStatus outcome) {
    return new ActionJournal.Known(outcome, null);
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
    journal().intend("a");
    journal().intend("b");
    journal().outcome("b", known(DELETED));
    assertThat(journal().read())
        .containsExactly(Map.entry("a", UNKNOWN), Map.entry("b", known(DELETED)));
  }

  @Test
  void an_error_takes_the_intent_back() throws Exception {
    journal().intend("a");
    journal().outcome("a", known(FAILED));
    assertThat(journal().read()).isEmpty();
  }

  /** The bug: it was glued to what came next, and everything after it was dropped for ever. */
  @Test
  void half_a_line_that_a_kill_left_spoils_nothing_else() throws Exception {
    journal().intend("a");
    journal().outcome("a", known(DELETED));
    journal().intend("b");
    cut(5);
    journal().intend("c");
    journal().outcome("c", known(DELETED));
    assertThat(journal().read())
        .containsExactly(Map.entry("a", known(DELETED)), Map.entry("c", known(DELETED)));
    assertThat(Files.readString(file)).contains("\n{\"id\":\"c\"}\n");
  }

  @Test
  void bytes_that_are_no_text_spoil_nothing_else() throws Exception {
    journal().intend("a");
    Files.write(file, new byte[] {0, 0, (byte) 0xff, (byte) 0xc3, '\n'}, StandardOpenOption.APPEND);
    Files.writeString(
        file, "[]\n{\"id\":7}\n\n{\"id\":\"x\",\"outcome\":{}}\n", StandardOpenOption.APPEND);
    journal().intend("b");
    assertThat(journal().read()).containsOnlyKeys("a", "b");
  }

  /** The bug: it grew for ever. */
  @Test
  void a_journal_that_has_grown_is_written_anew() throws Exception {
    for (int i = 0; i < 10; i++) {
      journal().intend("a" + i);
      if (i != 8) {
        journal().outcome("a" + i, known(DELETED));
      }
    }
    assertThat(journal().read()).containsOnlyKeys("a7", "a8", "a9");
    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(journal().read())
        .containsEntry("a7", known(DELETED))
        .containsEntry("a8", UNKNOWN)
        .containsEntry("a9", known(DELETED));
    try (var files = Files.list(temp)) {
      assertThat(files).containsExactlyInAnyOrder(file, temp.resolve("actions.ndjson.lock"));
    }
  }

  @Test
  void a_journal_that_is_not_long_stays_as_it_is() throws Exception {
    for (int i = 0; i < 3; i++) {
      journal().intend("a" + i);
      journal().outcome("a" + i, known(DELETED));
    }
    String before = Files.readString(file);
    assertThat(journal().read()).hasSize(3);
    assertThat(file).content().isEqualTo(before);
  }

  @Test
  void bug_a_journal_was_written_again_at_a_start_only() throws Exception {
    ActionJournal journal = journal();
    for (int i = 0; i < 20; i++) {
      journal.intend("a" + i);
      journal.outcome("a" + i, known(DELETED));
    }
    assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(7);
    assertThat(journal.read()).containsOnlyKeys("a17", "a18", "a19");
  }

  @Test
  void bug_long_outcomes_made_a_journal_of_any_length() throws Exception {
    ActionJournal journal = new ActionJournal(file, 1000, 10_000);
    for (int i = 0; i < 100; i++) {
      journal.outcome("a" + i, known(DELETED.describedAs("x".repeat(900))));
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
    journal.intend("b");
    assertThat(mode(file)).isEqualTo("rw-------");
    for (int i = 0; i < 20; i++) {
      journal.outcome("a" + i, known(DELETED));
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
                  // Enough lines for each to write the file again more than once.
                  for (int i = 0; i < 400; i++) {
                    journal.outcome(
                        replica + i % 40, known(DELETED.describedAs("round " + i / 40)));
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
        .containsOnly(known(DELETED.describedAs("round 9")));
  }
}
