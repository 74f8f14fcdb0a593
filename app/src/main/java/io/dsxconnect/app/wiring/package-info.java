/** The object graphs: the core over one Redis, and the whole pipeline in one process. */
@NullMarked
package io.dsxconnect.app.wiring;

import org.jspecify.annotations.NullMarked;
