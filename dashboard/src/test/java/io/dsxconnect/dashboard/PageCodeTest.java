package io.dsxconnect.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be said of the page's code without a browser. */
class PageCodeTest {
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:\\{([^}]*)} from )?'([^']+)';");
  private static final Pattern EXPORT =
      Pattern.compile("(?m)^export (?:async )?(?:function|const|let|class) (\\w+)");
  private static final Pattern EXPORTS = Pattern.compile("export ?\\{([^}]*)}");
  private static final Pattern CSS_CLASS = Pattern.compile("\\.(-?[a-z][a-z0-9-]*)(?![^{}]*[;}])");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern LITERAL_CLASS =
      Pattern.compile("(?:class|className)=\"([a-z0-9 -]+)\"");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern SYMBOL = Pattern.compile("<symbol id=\"i-([a-z0-9-]+)\"");
  private static final Pattern USED_ICON =
      Pattern.compile("<\\$\\{Icon} name=\"([^\"]+)\"|\\bicon(?:: '|=\")([a-z0-9-]+)['\"]");

  /** Elements are not kept, see base/memo.js. */
  private static final Pattern KEPT_ELEMENT =
      Pattern.compile(
          "(?m)^(?:export )?(?:const|let) \\w+ = html`|use(?:Memo|Ref|Callback)\\((?:\\(\\) =>"
              + " )?html`");

  private static final Map<String, String> SCRIPTS = new TreeMap<>();
  private static final Map<String, String> STYLES = new TreeMap<>();
  private static String document = "";

  @BeforeAll
  static void read() {
    SiteFiles files = SiteFiles.read();
    document = files.document();
    files
        .assets()
        .forEach(
            (name, bytes) -> {
              String text = new String(bytes, StandardCharsets.UTF_8);
              if (name.endsWith(".js")) {
                SCRIPTS.put(name, text);
              } else if (name.endsWith(".css")) {
                STYLES.put(name, COMMENT.matcher(text).replaceAll(""));
              }
            });
    assertThat(SCRIPTS).hasSizeGreaterThan(50);
    assertThat(STYLES).hasSizeGreaterThan(3);
  }

  /** The scripts of this project, without the library. */
  private static Map<String, String> ours() {
    return SCRIPTS.entrySet().stream()
        .filter(script -> !script.getKey().startsWith("lib/"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Stream<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static Stream<String> words(String list, String separator) {
    return Arrays.stream(list.split(separator, -1)).map(String::strip).filter(w -> !w.isEmpty());
  }

  private static Set<String> exports(String script) {
    return Stream.concat(
            all(EXPORT, script).map(found -> found.group(1)),
            all(EXPORTS, script)
                .flatMap(found -> words(found.group(1), ","))
                .map(word -> word.replaceFirst(".* as ", "")))
        .collect(Collectors.toSet());
  }

  private static String target(String from, String to) {
    return Path.of(from).resolveSibling(to).normalize().toString();
  }

  @Test
  void every_import_names_a_file_and_what_it_exports() {
    List<String> broken = new ArrayList<>();
    ours()
        .forEach(
            (name, script) ->
                all(IMPORT, script)
                    .forEach(
                        found -> {
                          String file = target(name, found.group(2));
                          Set<String> offered = exports(SCRIPTS.getOrDefault(file, ""));
                          if (!SCRIPTS.containsKey(file)) {
                            broken.add(name + ": " + file);
                          }
                          words(found.group(1) == null ? "" : found.group(1), ",")
                              .map(word -> word.replaceFirst(" as .*", ""))
                              .filter(word -> !offered.contains(word))
                              .forEach(word -> broken.add(name + ": " + word + " of " + file));
                        }));
    assertThat(broken).isEmpty();
  }

  @Test
  void every_import_is_used() {
    List<String> unused = new ArrayList<>();
    ours()
        .forEach(
            (name, script) -> {
              String rest = IMPORT.matcher(script).replaceAll("");
              all(IMPORT, script)
                  .filter(found -> found.group(1) != null)
                  .flatMap(found -> words(found.group(1), ","))
                  .map(word -> word.replaceFirst(".* as ", ""))
                  .filter(word -> !Pattern.compile("\\b" + word + "\\b").matcher(rest).find())
                  .forEach(word -> unused.add(name + ": " + word));
            });
    assertThat(unused).isEmpty();
  }

  @Test
  void every_script_is_loaded_by_the_page_or_its_worker() {
    Set<String> reached = new HashSet<>();
    List<String> open = new ArrayList<>(List.of("app.js", "base/live-worker.js"));
    while (!open.isEmpty()) {
      String name = open.removeLast();
      if (reached.add(name)) {
        all(IMPORT, SCRIPTS.getOrDefault(name, ""))
            .forEach(found -> open.add(target(name, found.group(2))));
      }
    }
    assertThat(reached).isEqualTo(SCRIPTS.keySet());
  }

  private static Set<String> styledClasses() {
    return STYLES.values().stream()
        .flatMap(style -> all(CSS_CLASS, style))
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void every_class_of_an_element_has_a_style_or_finds_it() {
    Set<String> styled = styledClasses();
    String code = String.join("\n", ours().values());
    Map<String, Set<String>> missing = new TreeMap<>();
    ours()
        .forEach(
            (name, script) ->
                all(LITERAL_CLASS, script)
                    .flatMap(found -> words(found.group(1), " "))
                    .filter(word -> !styled.contains(word) && !code.contains("'." + word + "'"))
                    .forEach(
                        word -> missing.computeIfAbsent(word, w -> new TreeSet<>()).add(name)));
    assertThat(missing).isEmpty();
  }

  @Test
  void every_style_of_a_class_has_an_element() {
    String code = String.join("\n", ours().values()) + document;
    Set<String> names = all(NAME, code).map(MatchResult::group).collect(Collectors.toSet());
    assertThat(styledClasses().stream().filter(name -> !isUsed(name, names, code))).isEmpty();
  }

  /** As a word, or computed at its end: {@code v-${tone}}, {@code w${number}}. */
  private static boolean isUsed(String name, Set<String> names, String code) {
    String begin = name.replaceFirst("(?<=-).*|\\d+$", "");
    return names.contains(name) || (!begin.equals(name) && code.contains(begin + "${"));
  }

  @Test
  void every_icon_is_in_the_sprite_and_every_one_of_the_sprite_is_used() {
    Set<String> sprite =
        all(SYMBOL, document).map(found -> found.group(1)).collect(Collectors.toSet());
    Map<String, String> missing = new TreeMap<>();
    ours()
        .forEach(
            (name, script) ->
                all(USED_ICON, script)
                    .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                    .filter(icon -> !sprite.contains(icon) && !sprite.contains("v-" + icon))
                    .forEach(icon -> missing.put(icon, name)));
    assertThat(missing).isEmpty();
    String code = String.join("\n", ours().values());
    assertThat(sprite)
        .allSatisfy(
            icon ->
                assertThat(code)
                    .as("use of icon %s", icon)
                    .containsPattern(
                        "['\"`](?:v-)?" + Pattern.quote(icon.replaceFirst("^v-", "")) + "['\"`]"));
  }

  @Test
  void nothing_becomes_markup_style_or_script() {
    assertThat(ours())
        .allSatisfy(
            (name, script) ->
                assertThat(script)
                    .as(name)
                    .doesNotContainPattern(
                        "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(")
                    .doesNotContainPattern("new Function|setTimeout\\(['\"`]|javascript:|srcdoc")
                    .doesNotContainPattern("\\sstyle=|\\son[a-z]+="));
    assertThat(document).doesNotContainPattern("\\sstyle=|\\son[a-z]+=|<script>|<style");
  }

  @Test
  void bug_elements_that_were_kept_for_later_held_all_earlier_ones_in_memory() {
    assertThat(ours())
        .allSatisfy(
            (name, script) -> assertThat(script).as(name).doesNotContainPattern(KEPT_ELEMENT));
    // The library keeps elements without values unless this option is set.
    assertThat(SCRIPTS.getOrDefault("lib/preact.js", "")).contains("this[0]=3");
  }
}
