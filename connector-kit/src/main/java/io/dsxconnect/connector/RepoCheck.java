package io.dsxconnect.connector;

import java.util.List;

/**
 * Whether a repository can be worked with.
 *
 * @param message for the operator; when not ok it says what to do
 * @param preview locations, as many as were asked for and exist
 */
public record RepoCheck(boolean ok, String message, List<String> preview) {}
