/**
 * Fires schedules. Schedules and the clock come in; invocations and records on users' topics go out, and what was fired last. When one
 * is due is {@link dev.berth.schemas.schedules.DueFirings}' to say.
 */
package dev.berth.triggers.schedules;
