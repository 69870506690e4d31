/** Facts in, findings out. Pure. */
package dev.berth.gateway.checkup.core;
