/**
 * The scan-request stage: reads a file from its connector, streams it to the scanner, passes the
 * verdict on.
 */
@NullMarked
package io.dsxconnect.core.scan;

import org.jspecify.annotations.NullMarked;
