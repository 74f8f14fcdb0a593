/** The notification stage: publishes each recorded result. */
@NullMarked
package io.dsxconnect.core.notify;

import org.jspecify.annotations.NullMarked;
