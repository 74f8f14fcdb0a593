/**
 * Calling HTTP: pooled clients without redirects, proxies, refused addresses, and time limits for
 * each step of a call.
 */
@NullMarked
package io.dsxconnect.http.client;

import org.jspecify.annotations.NullMarked;
