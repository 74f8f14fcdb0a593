/** What operators see of the connectors, collected from several stores. */
@NullMarked
package io.dsxconnect.core.summary;

import org.jspecify.annotations.NullMarked;
