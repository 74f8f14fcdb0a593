/** Parts of every process of this program: lifetime, logs, health, periodic tasks. */
@NullMarked
package io.dsxconnect.app.process;

import org.jspecify.annotations.NullMarked;
