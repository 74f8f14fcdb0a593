package io.dsxconnect.connector;

/**
 * The outcome of {@link Repository#check}. Immutable.
 *
 * @param ok whether the repository can be reached and read
 * @param message for the operator: the state of the repository and, when not ok, what to do
 */
public record RepoCheck(boolean ok, String message) {}
