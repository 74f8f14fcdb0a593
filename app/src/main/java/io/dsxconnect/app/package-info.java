/** The executable. {@link io.dsxconnect.app.Dsx} dispatches to the commands. */
@NullMarked
package io.dsxconnect.app;

import org.jspecify.annotations.NullMarked;
