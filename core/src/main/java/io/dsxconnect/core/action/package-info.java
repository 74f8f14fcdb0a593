/** The verdict-action stage: has the connector act on a malicious file. */
@NullMarked
package io.dsxconnect.core.action;

import org.jspecify.annotations.NullMarked;
