/** One class per command of the command line. */
@NullMarked
package io.dsxconnect.app.command;

import org.jspecify.annotations.NullMarked;
