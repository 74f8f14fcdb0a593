/** What the page shows live: one feed of pulses and of the platform's state for all clients. */
@NullMarked
package io.dsxconnect.core.live;

import org.jspecify.annotations.NullMarked;
