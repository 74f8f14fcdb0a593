/** Output for people: progress, tables, reports. */
@NullMarked
package io.dsxconnect.app.view;

import org.jspecify.annotations.NullMarked;
