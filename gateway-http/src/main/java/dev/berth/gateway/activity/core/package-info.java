/** Outcomes in, figures out. Pure. */
package dev.berth.gateway.activity.core;
