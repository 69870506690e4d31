// Figures and times as they are read.

const NUMBER = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

export function number(value) {
  return NUMBER.format(value).replace(/,/g, '\u202f');
}

/** A rate a second. */
export function rate(value) {
  return value >= 100 ? number(value) : value >= 10 ? value.toFixed(1) : value.toFixed(value > 0 && value < 1 ? 2 : 1);
}

export function percent(share) {
  const value = share * 100;
  return (value > 99 && value < 100 ? value.toFixed(1) : value.toFixed(value < 10 && value > 0 ? 1 : 0)) + ' %';
}

/** A time that something took. */
export function took(us) {
  if (us === null || us === undefined || us < 0) return '–';
  if (us < 1_000) return `${Math.round(us)} µs`;
  const ms = us / 1_000;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const s = ms / 1_000;
  if (s < 60) return `${s.toFixed(s < 10 ? 2 : 1)} s`;
  return s < 3_600 ? `${Math.floor(s / 60)} min ${Math.round(s % 60)} s` : `${Math.floor(s / 3_600)} h ${Math.round(s % 3_600 / 60)} min`;
}

/** How long ago a moment was. */
export function ago(ms, nowMs = Date.now()) {
  if (!ms) return '–';
  const s = Math.round((nowMs - ms) / 1_000);
  if (s < 0) return `in ${took(-s * 1e6)}`;
  if (s < 2) return 'now';
  if (s < 60) return `${s} s ago`;
  if (s < 3_600) return `${Math.floor(s / 60)} min ago`;
  return s < 172_800 ? `${Math.floor(s / 3_600)} h ago` : `${Math.floor(s / 86_400)} days ago`;
}

/** A moment, to the second. */
export function moment(ms) {
  if (!ms) return '–';
  const at = new Date(ms);
  const time = at.toLocaleTimeString('en-GB');
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString('en-CA')} ${time}`;
}

export function megabytes(mb) {
  return mb >= 10_240 ? `${(mb / 1_024).toFixed(0)} GB` : mb >= 1_024 ? `${(mb / 1_024).toFixed(1)} GB` : `${mb} MB`;
}

export function bytes(count) {
  return count < 1_024 ? `${count} B` : count < 1_048_576 ? `${(count / 1_024).toFixed(1)} KB` : `${(count / 1_048_576).toFixed(1)} MB`;
}

/** The end of an id, by which people tell them apart. */
export function short(id) {
  return !id ? '–' : id.length > 14 ? `${id.slice(0, 6)}…${id.slice(-6)}` : id;
}

/** Whether a status is good news, bad news or neither. */
export function tone(status) {
  if (['succeeded', 'running', 'live', 'enabled', 'done', 'active', 'ok'].includes(status)) return status === 'running' ? 'busy' : 'good';
  if (['failed', 'timed-out', 'dead-lettered', 'lost', 'error', 'function-error', 'init-failed', 'container-exited'].includes(status)) return 'bad';
  if (['rejected', 'cancelled', 'draining', 'queued', 'delayed', 'paused', 'disabled', 'stopped', 'preparing', 'bounced', 'starting'].includes(status)) return 'careful';
  return 'plain';
}
