/** Connectors as the core sees them: who is registered, and how they are called. */
@NullMarked
package io.dsxconnect.core.connector;

import org.jspecify.annotations.NullMarked;
