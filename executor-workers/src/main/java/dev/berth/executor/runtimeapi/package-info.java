/**
 * The AWS Lambda Runtime API (2018-06-01) for the containers of one instance.
 *
 * <p>Each container has a listener of its own, so the port tells who calls, and a container reaches its own current
 * invocation only. In come {@link dev.berth.executor.runtimeapi.Handover handovers} for containers that wait; out go what
 * containers report, to {@link dev.berth.executor.runtimeapi.RuntimeReports}. Decides: which requests are legal now; nothing
 * about what runs where. Runs on Vert.x event loops and never blocks them.
 */
package dev.berth.executor.runtimeapi;
