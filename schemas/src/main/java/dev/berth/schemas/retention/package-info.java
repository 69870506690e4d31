/**
 * What an idle container is worth keeping.
 *
 * <p>In come how likely a key's next invocation is ({@link dev.berth.schemas.retention.ReuseCurve}, which the router learns and each
 * dispatch carries) and what containers cost; out comes a value, by which the executor evicts and which the simulator measures.
 * It is part of the contract between the two: both must mean the same by a curve.
 */
package dev.berth.schemas.retention;
