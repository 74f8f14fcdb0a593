/** Recorded results: reading them, totals, records of cancelled files, retention. */
@NullMarked
package io.dsxconnect.core.record;

import org.jspecify.annotations.NullMarked;
