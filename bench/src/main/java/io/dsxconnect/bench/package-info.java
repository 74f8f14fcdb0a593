/**
 * Measures the pipeline beside its floor: the bare loop that reads the same files from the same
 * connector and posts them to the same scanner. Both run in one go, in turn, several times, because
 * on a shared machine only ratios of neighbours mean something.
 */
@NullMarked
package io.dsxconnect.bench;

import org.jspecify.annotations.NullMarked;
