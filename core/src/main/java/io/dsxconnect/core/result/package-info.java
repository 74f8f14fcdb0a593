/** Recorded results and totals, and the stage that records them. */
@NullMarked
package io.dsxconnect.core.result;

import org.jspecify.annotations.NullMarked;
