/**
 * TLS for servers and clients: certificates and keys from PEM files that are reloaded when they
 * change, trusted authorities, and failures that say what to do.
 */
@NullMarked
package io.dsxconnect.http.tls;

import org.jspecify.annotations.NullMarked;
