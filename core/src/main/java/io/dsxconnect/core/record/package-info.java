/** The store of recorded results: reading, totals, records of cancelled files, retention. */
@NullMarked
package io.dsxconnect.core.record;

import org.jspecify.annotations.NullMarked;
