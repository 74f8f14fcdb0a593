/** Commands for people and scripts that talk to an API that runs elsewhere. */
@NullMarked
package io.dsxconnect.app.remote;

import org.jspecify.annotations.NullMarked;
