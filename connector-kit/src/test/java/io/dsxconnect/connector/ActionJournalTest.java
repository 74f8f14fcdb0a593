package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
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

  ActionJournal journal() {
    return new ActionJournal(file, 3);
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
    journal().outcome("b", DELETED);
    assertThat(journal().read())
        .containsExactly(Map.entry("a", Optional.empty()), Map.entry("b", Optional.of(DELETED)));
  }

  @Test
  void an_error_takes_the_intent_back() throws Exception {
    journal().intend("a");
    journal().outcome("a", FAILED);
    assertThat(journal().read()).isEmpty();
  }

  /** The bug: it was glued to what came next, and everything after it was dropped for ever. */
  @Test
  void half_a_line_that_a_kill_left_spoils_nothing_else() throws Exception {
    journal().intend("a");
    journal().outcome("a", DELETED);
    journal().intend("b");
    cut(5);
    journal().intend("c");
    journal().outcome("c", DELETED);
    assertThat(journal().read())
        .containsExactly(
            Map.entry("a", Optional.of(DELETED)), Map.entry("c", Optional.of(DELETED)));
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
        journal().outcome("a" + i, DELETED);
      }
    }
    assertThat(journal().read()).containsOnlyKeys("a7", "a8", "a9");
    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(journal().read())
        .containsEntry("a7", Optional.of(DELETED))
        .containsEntry("a8", Optional.empty())
        .containsEntry("a9", Optional.of(DELETED));
    try (var files = Files.list(temp)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void a_journal_that_is_not_long_stays_as_it_is() throws Exception {
    for (int i = 0; i < 3; i++) {
      journal().intend("a" + i);
      journal().outcome("a" + i, DELETED);
    }
    String before = Files.readString(file);
    assertThat(journal().read()).hasSize(3);
    assertThat(file).content().isEqualTo(before);
  }
}
