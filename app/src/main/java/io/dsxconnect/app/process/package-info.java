/** What every process of this program needs: lifetime, logs, health, periodic work. */
@NullMarked
package io.dsxconnect.app.process;

import org.jspecify.annotations.NullMarked;
