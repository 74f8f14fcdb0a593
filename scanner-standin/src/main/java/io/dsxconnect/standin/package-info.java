/**
 * A small scanner that speaks DSXA's API, for demos and tests. It knows the EICAR test string and
 * the hashes it was given, and nothing else: it is not a scanner, and says so in every answer.
 */
@NullMarked
package io.dsxconnect.standin;

import org.jspecify.annotations.NullMarked;
