@NullMarked
package io.dsxconnect.bench;

import org.jspecify.annotations.NullMarked;
