/** Values that operators change at run time, stored in Redis for all processes. */
@NullMarked
package io.dsxconnect.core.runtime;

import org.jspecify.annotations.NullMarked;
