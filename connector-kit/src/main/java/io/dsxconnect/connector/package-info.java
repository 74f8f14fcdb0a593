/**
 * To write a connector: implement {@link io.dsxconnect.connector.Repository}, hand it to the kit,
 * and the kit serves the connector's routes, registers it, feeds full scans to the core and
 * resolves item actions.
 */
@NullMarked
package io.dsxconnect.connector;

import org.jspecify.annotations.NullMarked;
