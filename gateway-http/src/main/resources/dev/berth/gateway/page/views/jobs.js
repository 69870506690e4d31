// Invocations that nobody waits for.

import {json, query} from '../api.js';
import {h, put} from '../dom.js';
import {live} from '../live.js';
import {functionNames} from '../names.js';
import {paged, remember, settled} from '../paged.js';
import {container, field, fn, head, invocation, key, repeated, select, status, table, trouble} from '../parts.js';
import {ago, moment, took} from '../words.js';

const STATUSES = ['queued', 'delayed', 'running', 'succeeded', 'failed', 'cancelled', 'timed-out', 'rejected', 'dead-lettered'];
const OPEN = ['queued', 'delayed', 'running'];
const AGAIN_MS = 2_000;

export function jobs(main, _, given) {
  const wanted = {status: '', function: '', key: '', ...Object.fromEntries(given)};
  const failed = trouble();
  const rows = table({
    caption: 'Jobs', keyOf: each => each.id, nothing: 'No such job. ./berth invoke FUNCTION --async makes one.',
    columns: [
      {name: 'Job', of: each => invocation(each.id)},
      {name: 'Status', of: each => status(each.status)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Key', of: each => key(each.key, each.function)},
      {name: 'Came by', of: each => each.origin},
      {name: 'Submitted', of: each => h('span', {title: moment(each.submittedMs)}, ago(each.submittedMs, live.nowMs))},
      {name: 'Took', number: true, of: each => each.completedMs ? took((each.completedMs - each.submittedMs) * 1_000) : '–'},
      {name: 'Attempts', number: true, of: each => each.attemptCount ?? '–'},
      {name: 'Error', of: each => each.errorType || ''},
      {name: '', of: each => OPEN.includes(each.status)
        ? h('button', {type: 'button', data: {cancel: each.id}, 'aria-label': `Cancel job ${each.id}`}, 'Cancel') : ''},
    ],
  });
  rows.element.addEventListener('click', async event => {
    const id = event.target.closest?.('[data-cancel]')?.dataset.cancel;
    if (!id || !confirm(`Cancel job ${id}? What runs already is ended.`)) return;
    try {
      await json(`/jobs/${encodeURIComponent(id)}`, {method: 'DELETE'});
      failed.clear();
      list.load();
    } catch (e) {
      failed.tell(e);
    }
  });
  const list = paged({
    path: next => query('/jobs', {...wanted, limit: 50, next}),
    rows: answer => answer.jobs, shown: rows.update, word: 'jobs',
  });
  const changed = settled(() => {
    remember('jobs', wanted);
    list.load();
  });
  const set = name => value => { wanted[name] = value.trim(); changed(); };
  put(main,
    head('Jobs', 'Invocations that nobody waits for, the latest first.'),
    failed.element,
    h('section', {class: 'panel'},
      h('div', {class: 'row'},
        field('Status', select('status', [['', 'all'], ...STATUSES.map(each => [each, each])], wanted.status, set('status'))),
        field('Function', h('input', {name: 'function', value: wanted.function, list: 'function-names', placeholder: 'all', autocomplete: 'off', oninput: event => set('function')(event.target.value)})),
        field('Key', h('input', {type: 'search', name: 'key', value: wanted.key, placeholder: 'all', autocomplete: 'off', oninput: event => set('key')(event.target.value)}), true)),
      functionNames('function-names'),
      rows.element, list.element));
  const stop = repeated(() => list.refresh(), AGAIN_MS);
  return () => {
    stop();
    list.stop();
  };
}
