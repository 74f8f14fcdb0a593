/** The time series of the platform and of jobs: sampling, storage, reading. */
@org.jspecify.annotations.NullMarked
package io.dsxconnect.core.series;
