/**
 * HTTP servers: start, bounded request bodies, error responses in the contract's shape, request
 * ids, and limits that keep slow or hostile clients from holding resources.
 */
@NullMarked
package io.dsxconnect.http.server;

import org.jspecify.annotations.NullMarked;
