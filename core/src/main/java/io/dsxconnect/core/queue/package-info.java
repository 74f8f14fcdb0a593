/**
 * Stage queues: lanes, leases, hand-offs, retries and dead letters. Stages know this room, not
 * Redis.
 */
@NullMarked
package io.dsxconnect.core.queue;

import org.jspecify.annotations.NullMarked;
