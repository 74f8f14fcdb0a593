/** The ledger and the states of jobs. */
@NullMarked
package io.dsxconnect.core.job;

import org.jspecify.annotations.NullMarked;
