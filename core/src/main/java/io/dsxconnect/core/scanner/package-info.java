/** The scanner port, its DSXA client, and how many files go to a scanner at once. */
@NullMarked
package io.dsxconnect.core.scanner;

import org.jspecify.annotations.NullMarked;
