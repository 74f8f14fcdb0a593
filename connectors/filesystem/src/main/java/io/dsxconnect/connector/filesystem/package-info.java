/**
 * The connector for folders of this machine. Whatever the names of its files, nothing outside the
 * asset and the quarantine is ever opened or touched.
 */
@NullMarked
package io.dsxconnect.connector.filesystem;

import org.jspecify.annotations.NullMarked;
