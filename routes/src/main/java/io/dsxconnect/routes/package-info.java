/**
 * Declared routes, for every server of this project: a {@link io.dsxconnect.routes.Route} says
 * where it is, who may call it, what it takes and what it returns; routing, validation, access and
 * the OpenAPI document follow from that.
 */
@NullMarked
package io.dsxconnect.routes;

import org.jspecify.annotations.NullMarked;
