/** Object graphs: the core on one Redis, and the whole pipeline in one process. */
@NullMarked
package io.dsxconnect.app.wiring;

import org.jspecify.annotations.NullMarked;
