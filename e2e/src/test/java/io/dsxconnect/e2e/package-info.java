/** The built application from outside: its processes, its HTTP API, its command line. */
@NullMarked
package io.dsxconnect.e2e;

import org.jspecify.annotations.NullMarked;
