/** The connection to Redis, the scripts, and the names of all keys. */
@NullMarked
package io.dsxconnect.core.redis;

import org.jspecify.annotations.NullMarked;
