/** What operators change while the platform runs: kept in Redis, the same for every process. */
@NullMarked
package io.dsxconnect.core.config;

import org.jspecify.annotations.NullMarked;
