/**
 * Serving and calling HTTP, the same way in every room: start a server or say in one line why not,
 * read bodies with a bound, answer errors in the contract's shape, call out without following
 * redirects or reaching addresses that nobody should.
 */
@NullMarked
package io.dsxconnect.http;

import org.jspecify.annotations.NullMarked;
