/**
 * Compares the pipeline with its floor: a bare loop that reads the same files from the same
 * connector and posts them to the same scanner. Both run alternately several times in one run,
 * because on a shared machine only ratios of neighbouring passes are meaningful.
 */
@NullMarked
package io.dsxconnect.bench;

import org.jspecify.annotations.NullMarked;
