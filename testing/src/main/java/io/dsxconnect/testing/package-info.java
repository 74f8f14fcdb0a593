/**
 * Shared by the tests of all modules, and by nothing else. It depends on no other module, so that
 * even the lowest one can use it.
 */
@NullMarked
package io.dsxconnect.testing;

import org.jspecify.annotations.NullMarked;
