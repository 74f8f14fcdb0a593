/**
 * The kit for writing connectors. Implement {@link io.dsxconnect.connector.Repository} and pass it
 * to {@link io.dsxconnect.connector.Connector#builder}: the kit serves the connector's routes,
 * registers it, sends the files of full scans to the core, and resolves item actions. The protocol
 * is described in {@code docs/wire.md}.
 */
@NullMarked
package io.dsxconnect.connector;

import org.jspecify.annotations.NullMarked;
