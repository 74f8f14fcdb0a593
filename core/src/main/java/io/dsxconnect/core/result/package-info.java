/** The result stage: records and counts every outcome. */
@NullMarked
package io.dsxconnect.core.result;

import org.jspecify.annotations.NullMarked;
