/** The filter language: one engine for walking trees, for events and for object keys. */
@NullMarked
package io.dsxconnect.connector.filter;

import org.jspecify.annotations.NullMarked;
