/** The connection to Redis, its scripts, and the one place that names keys. */
@NullMarked
package io.dsxconnect.core.redis;

import org.jspecify.annotations.NullMarked;
