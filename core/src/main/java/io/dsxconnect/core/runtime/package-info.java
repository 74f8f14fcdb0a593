/** Values that operators change at run time: kept in Redis, the same for every process. */
@NullMarked
package io.dsxconnect.core.runtime;

import org.jspecify.annotations.NullMarked;
