/** The heartbeats of workers, and what scan workers know of the scanner. */
@NullMarked
package io.dsxconnect.core.worker;

import org.jspecify.annotations.NullMarked;
