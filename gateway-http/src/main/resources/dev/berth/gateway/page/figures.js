// Counts and quantiles out of the buckets that the gateway sends.

import {BUCKETS, BUCKET_MS, live} from './live.js';

const STEPS_A_DOUBLING = 8;

/** The time that the middle of a step stands for, in microseconds. */
function timeOf(step) {
  return 2 ** ((step + 0.5) / STEPS_A_DOUBLING);
}

/** Adds flat pairs of step and count to a map. */
function merge(into, pairs) {
  for (let i = 0; i < pairs.length; i += 2) into.set(pairs[i], (into.get(pairs[i]) || 0) + pairs[i + 1]);
  return into;
}

/** The time within which a share of them is, in microseconds; null if there are none. */
export function quantile(steps, share) {
  const sorted = [...steps].sort((a, b) => a[0] - b[0]);
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (!all) return null;
  let rank = Math.ceil(all * share);
  for (const [step, count] of sorted) {
    rank -= count;
    if (rank <= 0) return timeOf(step);
  }
  return timeOf(sorted.at(-1)[0]);
}

/** The buckets of the last while, the oldest first; null where nothing happened. The one that is being filled is left out. */
export function stretch(count = BUCKETS) {
  const last = Math.floor(live.nowMs / BUCKET_MS) - 1;
  return Array.from({length: count}, (_, i) => live.buckets.get(last - count + 1 + i) || null);
}

/** All of the last while together. */
export function summary(seconds) {
  const buckets = stretch(Math.round(seconds * 1_000 / BUCKET_MS)).filter(Boolean);
  const sum = {outcomes: {}, reuse: {}, starts: new Map(), totals: new Map(), ended: 0, reused: 0};
  for (const each of buckets) {
    for (const [word, count] of Object.entries(each.outcomes)) {
      sum.outcomes[word] = (sum.outcomes[word] || 0) + count;
      sum.ended += count;
    }
    for (const [word, count] of Object.entries(each.reuse)) {
      sum.reuse[word] = (sum.reuse[word] || 0) + count;
      sum.reused += count;
    }
    merge(sum.starts, each.starts);
    merge(sum.totals, each.totals);
  }
  return sum;
}

/** Quantiles of each bucket's times. */
export function quantiles(buckets, kind, share) {
  return buckets.map(each => each && each[kind].length ? quantile(merge(new Map(), each[kind]), share) : null);
}

/** What the instances say together, and of each function. */
export function fleet() {
  const sum = {instances: 0, running: 0, slots: 0, queued: 0, containers: 0, usedMb: 0, memoryMb: 0, functions: new Map()};
  for (const each of live.instances.values()) {
    sum.instances++;
    sum.running += each.load?.running || 0;
    sum.queued += each.load?.queued || 0;
    sum.containers += each.load?.containers || 0;
    sum.usedMb += each.load?.usedMemoryMb || 0;
    sum.slots += each.slots || 0;
    sum.memoryMb += each.memoryMb || 0;
    for (const warm of each.warm || []) {
      const known = sum.functions.get(warm.function) || {idle: 0, busy: 0, instances: 0};
      known.idle += warm.idle;
      known.busy += warm.busy;
      known.instances++;
      sum.functions.set(warm.function, known);
    }
  }
  return sum;
}
