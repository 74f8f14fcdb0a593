/**
 * Typed settings from the environment: all faults are reported together; secrets may come from
 * files.
 */
@NullMarked
package io.dsxconnect.settings;

import org.jspecify.annotations.NullMarked;
