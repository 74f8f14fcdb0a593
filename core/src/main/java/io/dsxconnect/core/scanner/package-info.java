/** The scanner port and its DSXA client. */
@NullMarked
package io.dsxconnect.core.scanner;

import org.jspecify.annotations.NullMarked;
