/**
 * Typed settings from the environment: every fault is told at once, secrets may come from files.
 */
@NullMarked
package io.dsxconnect.settings;

import org.jspecify.annotations.NullMarked;
