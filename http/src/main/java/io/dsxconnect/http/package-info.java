/** HTTP for every module: {@code server}, {@code client}, and {@code tls}, which both use. */
@NullMarked
package io.dsxconnect.http;

import org.jspecify.annotations.NullMarked;
