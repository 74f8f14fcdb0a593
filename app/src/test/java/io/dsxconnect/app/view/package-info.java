/** Tests of what people see. */
@NullMarked
package io.dsxconnect.app.view;

import org.jspecify.annotations.NullMarked;
