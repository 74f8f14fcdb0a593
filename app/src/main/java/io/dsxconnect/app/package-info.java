/** The executable: commands, and the one place where everything is wired together. */
@NullMarked
package io.dsxconnect.app;

import org.jspecify.annotations.NullMarked;
