/** What the stages that call connectors share. */
@NullMarked
package io.dsxconnect.core.stage;

import org.jspecify.annotations.NullMarked;
