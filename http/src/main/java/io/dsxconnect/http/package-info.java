/** HTTP for every module: {@code server}, {@code client} and the {@code tls} that both share. */
@NullMarked
package io.dsxconnect.http;

import org.jspecify.annotations.NullMarked;
