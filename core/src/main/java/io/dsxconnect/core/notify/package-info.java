/** The notification stage: pub/sub and the replayable stream of events. */
@NullMarked
package io.dsxconnect.core.notify;

import org.jspecify.annotations.NullMarked;
