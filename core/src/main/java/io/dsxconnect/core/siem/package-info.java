/** The output to a SIEM: every recorded verdict, in order, over syslog. */
@NullMarked
package io.dsxconnect.core.siem;

import org.jspecify.annotations.NullMarked;
