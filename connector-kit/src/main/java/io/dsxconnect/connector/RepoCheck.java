package io.dsxconnect.connector;

import java.util.List;

/**
 * The outcome of {@link Repository#check}. Immutable.
 *
 * @param ok whether the repository can be reached and read
 * @param message for the operator: the state of the repository and, when not ok, what to do
 * @param preview locations of files, at most as many as requested; empty when none were requested
 *     or exist
 */
public record RepoCheck(boolean ok, String message, List<String> preview) {}
