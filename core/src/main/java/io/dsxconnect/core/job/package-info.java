/** Jobs: their ledger, state, progress and listings. */
@NullMarked
package io.dsxconnect.core.job;

import org.jspecify.annotations.NullMarked;
