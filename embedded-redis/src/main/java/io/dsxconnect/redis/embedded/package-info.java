/**
 * A real Redis process of our own, for quickstart, one-shot scans, the all-in-one mode and tests:
 * one code path for all, no second kind of storage.
 */
@NullMarked
package io.dsxconnect.redis.embedded;

import org.jspecify.annotations.NullMarked;
