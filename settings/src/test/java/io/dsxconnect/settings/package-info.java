@NullMarked
package io.dsxconnect.settings;

import org.jspecify.annotations.NullMarked;
