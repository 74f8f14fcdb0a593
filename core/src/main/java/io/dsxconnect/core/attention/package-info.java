/** What needs a person's attention: one class per source of trouble, and the list of all. */
@NullMarked
package io.dsxconnect.core.attention;

import org.jspecify.annotations.NullMarked;
