/**
 * Starts a Redis process for quickstart, one-shot scans, the all-in-one mode and tests, so that
 * they need no second kind of storage.
 */
@NullMarked
package io.dsxconnect.redis.embedded;

import org.jspecify.annotations.NullMarked;
