/**
 * HTTP clients: pooled connections without redirects, proxies, refused addresses, and a time limit
 * for each step of a call.
 */
@NullMarked
package io.dsxconnect.http.client;

import org.jspecify.annotations.NullMarked;
