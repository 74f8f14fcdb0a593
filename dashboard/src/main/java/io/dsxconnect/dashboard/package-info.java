/** The dashboard: its static files, and the class that serves them. */
@NullMarked
package io.dsxconnect.dashboard;

import org.jspecify.annotations.NullMarked;
