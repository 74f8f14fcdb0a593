/**
 * The stand-in: a program with DSXA's API for demos and tests. It finds only the EICAR test string
 * and configured hashes: it is not a scanner, and states that in every answer.
 */
@NullMarked
package io.dsxconnect.standin;

import org.jspecify.annotations.NullMarked;
