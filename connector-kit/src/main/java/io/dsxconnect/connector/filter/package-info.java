/** The filter language, for folder trees, events and object keys; see {@code docs/wire.md}. */
@NullMarked
package io.dsxconnect.connector.filter;

import org.jspecify.annotations.NullMarked;
