// Which container serves which key. The gateway searches: there may be a hundred thousand.

import {query} from '../api.js';
import {h, put} from '../dom.js';
import {live} from '../live.js';
import {functionNames} from '../names.js';
import {paged, remember, settled} from '../paged.js';
import {container, field, fn, head, instance, key, table} from '../parts.js';
import {ago, moment, number} from '../words.js';

const PAGE = 100;

export function keys(main, _, given) {
  const wanted = {search: '', function: '', instance: '', container: '', ...Object.fromEntries(given)};
  const pins = table({
    caption: 'Pinned keys', keyOf: each => `${each.function}/${each.key}`,
    nothing: 'No pinned key is like that. A key is pinned when its first invocation has run, and until its container is gone.',
    columns: [
      {name: 'Key', of: each => key(each.key, each.function)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Instance', of: each => instance(each.instanceId)},
      {name: 'Container', of: each => h('span', {}, container(each.containerId), each.others ? ` and ${each.others} more` : '')},
      {name: 'Version', of: each => each.functionVersion},
      {name: 'Last used', of: each => h('span', {title: moment(each.lastUsedMs)}, ago(each.lastUsedMs, live.nowMs))},
    ],
  });
  const list = paged({
    path: next => query('/pins', {...wanted, limit: PAGE, after: next}),
    rows: answer => answer.pins,
    shown: pins.update,
    word: 'keys',
  });
  const changed = settled(() => {
    remember('keys', wanted);
    list.load();
  });
  const input = (name, attributes) => h('input', {...attributes, name, value: wanted[name], autocomplete: 'off', spellcheck: 'false',
    oninput: event => { wanted[name] = event.target.value.trim(); changed(); }});
  const all = h('p', {}, '');
  put(main,
    head('Keys', 'Each routing key and the container it is pinned to.', all),
    h('section', {class: 'panel'},
      h('div', {class: 'row'},
        field('Key contains', input('search', {type: 'search', placeholder: 'any part of a key'}), true),
        field('Function', input('function', {list: 'function-names', placeholder: 'all'})),
        field('Instance', input('instance', {placeholder: 'all'})),
        field('Container', input('container', {placeholder: 'all'}))),
      functionNames('function-names'),
      pins.element, list.element));
  const counted = () => put(all, live.counts.pins === undefined ? '' : `${number(live.counts.pins)} pinned in all`);
  live.addEventListener('change', counted);
  counted();
  list.load();
  return () => {
    list.stop();
    live.removeEventListener('change', counted);
  };
}
