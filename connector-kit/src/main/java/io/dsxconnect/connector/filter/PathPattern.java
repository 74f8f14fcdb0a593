package io.dsxconnect.connector.filter;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A pattern for whole paths, evaluated as an automaton: state {@code i} means that the first {@code
 * i} globs are matched. Immutable.
 */
final class PathPattern {
  private final List<Glob> globs;
  private final boolean subtree;
  private final boolean directory;
  private final boolean openEnd;

  /**
   * @param globs at least one
   * @param subtree whether it also matches everything below a matching directory
   * @param directory whether it matches directories only, not files
   */
  PathPattern(List<Glob> globs, boolean subtree, boolean directory) {
    this.globs = List.copyOf(globs);
    this.subtree = subtree;
    this.directory = directory;
    this.openEnd = globs.getLast().anyDepth();
  }

  static PathPattern everything() {
    return new PathPattern(List.of(Glob.ANY_DEPTH), false, false);
  }

  boolean matches(String[] path) {
    BitSet states = start();
    for (int i = 0; i < path.length; i++) {
      states = step(states, path[i]);
      boolean last = i == path.length - 1;
      if (states.get(globs.size()) && (last ? !directory || openEnd : subtree || openEnd)) {
        return true;
      }
    }
    return false;
  }

  /** Whether some path below this folder could match. */
  boolean mayMatchBelow(String[] folder) {
    BitSet states = start();
    for (String component : folder) {
      states = step(states, component);
      if (states.get(globs.size()) && (subtree || openEnd)) {
        return true;
      }
      states.clear(globs.size());
      if (states.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether every path below this folder matches. */
  boolean matchesAllBelow(String[] folder) {
    BitSet states = start();
    for (String component : folder) {
      states = step(states, component);
      if (states.get(globs.size()) && (subtree || openEnd)) {
        return true;
      }
    }
    return openEnd && states.get(globs.size() - 1);
  }

  /** The prefix of every matching path; empty when there is none. */
  Optional<String> literalPrefix() {
    StringBuilder prefix = new StringBuilder();
    for (int i = 0; i < globs.size(); i++) {
      if (!globs.get(i).exact()) {
        return prefix.isEmpty() ? Optional.empty() : Optional.of(prefix.toString());
      }
      prefix.append(globs.get(i).text());
      if (i < globs.size() - 1 || directory) {
        prefix.append('/');
      }
    }
    return Optional.of(prefix.toString());
  }

  private BitSet start() {
    BitSet states = new BitSet();
    states.set(0);
    skip(states);
    return states;
  }

  private BitSet step(BitSet states, String component) {
    BitSet next = new BitSet();
    for (int i = states.nextSetBit(0); i >= 0 && i < globs.size(); i = states.nextSetBit(i + 1)) {
      Glob glob = globs.get(i);
      if (glob.anyDepth()) {
        next.set(i);
        if (i == globs.size() - 1) {
          next.set(i + 1);
        }
      } else if (glob.matches(component)) {
        next.set(i + 1);
      }
    }
    skip(next);
    return next;
  }

  /** {@code **} also matches zero components, except at the end: {@code P/**} does not match P. */
  private void skip(BitSet states) {
    for (int i = 0; i < globs.size() - 1; i++) {
      if (states.get(i) && globs.get(i).anyDepth()) {
        states.set(i + 1);
      }
    }
  }
}
