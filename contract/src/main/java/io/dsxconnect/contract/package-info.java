/**
 * The wire format that connectors, scanners, REST clients and SIEMs see: records with their JSON
 * shape, the strings of every enum, the names of every route. No I/O and no framework; every other
 * module may use it, and it uses none of them.
 */
@NullMarked
package io.dsxconnect.contract;

import org.jspecify.annotations.NullMarked;
