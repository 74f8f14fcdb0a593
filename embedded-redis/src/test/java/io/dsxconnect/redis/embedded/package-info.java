/** Tests with real Redis processes. */
@NullMarked
package io.dsxconnect.redis.embedded;

import org.jspecify.annotations.NullMarked;
