/** Meters for Prometheus. */
@NullMarked
package io.dsxconnect.core.metrics;

import org.jspecify.annotations.NullMarked;
