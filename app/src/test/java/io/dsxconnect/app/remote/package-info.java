/** Tests of the remote commands. */
@NullMarked
package io.dsxconnect.app.remote;

import org.jspecify.annotations.NullMarked;
