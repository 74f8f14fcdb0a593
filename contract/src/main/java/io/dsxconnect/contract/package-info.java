/**
 * The wire: what connectors, scanners, REST clients and SIEMs see. Records with their JSON shape,
 * the strings of every enum, the names of every route. No I/O and no framework; every other room
 * may use it, it uses none.
 */
@NullMarked
package io.dsxconnect.contract;

import org.jspecify.annotations.NullMarked;
