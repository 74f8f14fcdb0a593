/**
 * Declared routes for every server of this project: a {@link io.dsxconnect.routes.Route} declares
 * path, access, parameters, body and answers; routing, validation, access control and the OpenAPI
 * document are derived from it.
 */
@NullMarked
package io.dsxconnect.routes;

import org.jspecify.annotations.NullMarked;
