/** Tests of the options that commands share. */
@NullMarked
package io.dsxconnect.app.command;

import org.jspecify.annotations.NullMarked;
