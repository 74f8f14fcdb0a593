/**
 * TLS for servers and clients: certificates and keys from PEM files that are reloaded when they
 * change, trusted authorities, and failures whose messages name the remedy.
 */
@NullMarked
package io.dsxconnect.http.tls;

import org.jspecify.annotations.NullMarked;
