/**
 * The connector for local and mounted folders. Nothing outside the asset and the quarantine is
 * opened or changed, whatever the names of the files.
 */
@NullMarked
package io.dsxconnect.connector.filesystem;

import org.jspecify.annotations.NullMarked;
