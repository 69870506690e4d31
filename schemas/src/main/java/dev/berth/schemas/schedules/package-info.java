/**
 * When schedules are due: the gateway refuses an expression by it and shows the next times, the component of triggers fires by it.
 *
 * <p>Expressions, zones and moments come in; due moments go out. Pure: it reads no clock.
 */
package dev.berth.schemas.schedules;
