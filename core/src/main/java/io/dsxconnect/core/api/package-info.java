/** The HTTP API: one class per resource. See docs/wire.md, "Core routes". */
@NullMarked
package io.dsxconnect.core.api;

import org.jspecify.annotations.NullMarked;
