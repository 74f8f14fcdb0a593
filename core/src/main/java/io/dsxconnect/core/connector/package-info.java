/** Connectors as the core sees them: their registry, and the client that calls them. */
@NullMarked
package io.dsxconnect.core.connector;

import org.jspecify.annotations.NullMarked;
