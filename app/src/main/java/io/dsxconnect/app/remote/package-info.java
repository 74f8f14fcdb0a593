/** Commands for people and scripts that call the API of a running core. */
@NullMarked
package io.dsxconnect.app.remote;

import org.jspecify.annotations.NullMarked;
