/** The HTTP API: one class a resource. */
@NullMarked
package io.dsxconnect.core.api;

import org.jspecify.annotations.NullMarked;
