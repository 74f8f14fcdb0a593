/** Tests of the built application from outside: processes, HTTP API, command line. */
@NullMarked
package io.dsxconnect.e2e;

import org.jspecify.annotations.NullMarked;
