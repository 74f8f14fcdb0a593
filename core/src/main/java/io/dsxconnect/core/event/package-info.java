/** Events: the original's pub/sub channels, and the replayable streams behind SSE. */
@NullMarked
package io.dsxconnect.core.event;

import org.jspecify.annotations.NullMarked;
