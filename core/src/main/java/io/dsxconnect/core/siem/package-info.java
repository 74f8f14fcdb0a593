/** What a SIEM is told: every recorded verdict, in order, over syslog. */
@NullMarked
package io.dsxconnect.core.siem;

import org.jspecify.annotations.NullMarked;
