// One key: where it is pinned, where its next invocation would run and why, and its latest.

import {json, query} from '../api.js';
import {h, put} from '../dom.js';
import {live} from '../live.js';
import {container, facts, fn, head, instance, invocation, panel, repeated, reuse, status, table, trouble} from '../parts.js';
import {ago, took} from '../words.js';
import {candidates} from './candidates.js';

const AGAIN_MS = 4_000;

export function keyView(main, name, given) {
  const value = given.get('key') ?? '';
  const failed = trouble();
  const pinned = h('div');
  const next = h('div', {class: 'story'});
  const weighed = h('div');
  const again = h('button', {type: 'button', onclick: () => ask()}, 'Ask again');
  const latest = table({
    caption: 'Latest invocations', keyOf: each => each.id, nothing: 'None lately.',
    columns: [
      {name: 'Invocation', of: each => invocation(each.id)},
      {name: 'Status', of: each => status(each.status)},
      {name: 'Container', of: each => reuse(each.reuse)},
      {name: 'Where', of: each => instance(each.instance)},
      {name: 'Start', number: true, of: each => took(each.startUs)},
      {name: 'All', number: true, of: each => took(each.totalUs)},
    ],
  });
  put(main,
    head(value === '' ? '""' : value, h('span', {}, 'A key of ', fn(name))),
    failed.element,
    panel('Pin', null, pinned),
    panel('Where its next invocation would run', 'asked of the router now; nothing is run', next, weighed, h('div', {class: 'row'}, again)),
    panel('Its invocations among the latest', null, latest.element));

  async function look() {
    try {
      const {pin} = await json(query('/pins', {function: name, key: value}));
      put(pinned, pin ? facts(
        ['Instance', instance(pin.instanceId)], ['Container', container(pin.containerId)], ['Version', pin.functionVersion],
        ['Revision', pin.revision], ['Last used', ago(pin.lastUsedMs, live.nowMs)], ['Other containers', pin.others || null])
        : h('p', {class: 'nothing'}, 'The key is pinned nowhere.'));
      failed.clear();
    } catch (e) {
      failed.tell(e);
    }
  }

  // Each question is a record on the topic of invocations: it is asked when somebody wants to know, and not by itself.
  async function ask() {
    again.disabled = true;
    try {
      const told = await json('/explain', {method: 'POST', body: JSON.stringify({function: name, key: value})});
      put(next, (told.text || []).map(line => h('p', {}, line)));
      put(weighed, candidates(told.decision) || '');
    } catch (e) {
      put(next, h('p', {class: 'notice bad', role: 'alert'}, e.message));
    } finally {
      again.disabled = false;
    }
  }
  const update = () => latest.update(live.endings.filter(each => each.function === name && each.key === value));
  live.addEventListener('change', update);
  update();
  const stop = repeated(look, AGAIN_MS);
  ask();
  return () => {
    stop();
    live.removeEventListener('change', update);
  };
}
