// One instance.

import {query, json} from '../api.js';
import {cellsOf, draw, told} from '../cells.js';
import {h, put, text} from '../dom.js';
import {live} from '../live.js';
import {container, facts, fn, head, key, panel, repeated, status, table, trouble} from '../parts.js';
import {theme} from '../theme.js';
import {ago, megabytes, number} from '../words.js';

const PINS_MS = 4_000;

export function instanceView(main, id) {
  const about = h('div');
  const cells = h('canvas', {class: 'cells', role: 'img'});
  const words = h('p', {class: 'note'});
  const failed = trouble();
  let now = [];
  const functions = table({
    caption: 'Functions', keyOf: each => `${each.function}/${each.revision}`, nothing: 'No function has a container here.',
    columns: [
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Revision', number: true, of: each => each.revision},
      {name: 'Busy or starting', number: true, of: each => number(each.busy)},
      {name: 'Idle', number: true, of: each => number(each.idle)},
    ],
  });
  const pins = table({
    caption: 'Keys pinned here', keyOf: each => `${each.function}/${each.key}`, nothing: 'No key is pinned to this instance.',
    columns: [
      {name: 'Key', of: each => key(each.key, each.function)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Container', of: each => container(each.containerId)},
      {name: 'Last used', of: each => ago(each.lastUsedMs, live.nowMs)},
    ],
  });
  const lives = table({
    caption: 'Containers that came and went', keyOf: each => `${each.container}/${each.event}/${each.atMs}`, nothing: 'None lately.',
    columns: [
      {name: 'Container', of: each => container(each.container)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'What', of: each => each.reason ? `${each.event}: ${each.reason}` : each.event},
      {name: 'When', of: each => ago(each.atMs, live.nowMs)},
    ],
  });
  put(main,
    head(id, 'An instance: one executor and its containers.'),
    failed.element,
    h('section', {class: 'panel'}, about),
    panel('Containers', null, cells, words),
    h('div', {class: 'two'}, panel('Functions', null, functions.element), panel('Containers that came and went', null, lives.element)),
    panel('Keys pinned here', 'the first hundred', pins.element, h('p', {}, h('a', {href: `#/keys?instance=${encodeURIComponent(id)}`}, 'All of them'))));

  function update() {
    const one = live.instances.get(id);
    if (!one) {
      if (live.heard) put(about, h('p', {class: 'nothing'}, `No instance ${id} is live. It may have left: ./berth instances --all lists those too.`));
      return;
    }
    put(about, facts(
      ['State', status(one.state)],
      ['Running', `${one.load?.running ?? 0} of ${one.slots ?? 0} slots`],
      ['Queued here', one.load?.queued],
      ['Memory', one.memoryMb && `${megabytes(one.load.usedMemoryMb)} of ${megabytes(one.memoryMb)}`],
      ['Could be freed', one.load && megabytes(one.load.idleMemoryMb)],
      ['Containers by', one.containerRuntime],
      ['Host', one.host],
      ['Dispatch slot', one.slot],
      ['Epoch', one.epoch]));
    now = cellsOf(one);
    draw(cells, now);
    cells.setAttribute('aria-label', told(now));
    text(words, `${one.load?.containers ?? 0} containers: ${told(now)}.`);
    functions.update((one.warm || []).filter(each => each.idle + each.busy > 0));
    lives.update(live.lives.filter(each => each.instance === id));
  }

  const stop = repeated(async () => {
    try {
      pins.update((await json(query('/pins', {instance: id, limit: 100}))).pins);
      failed.clear();
    } catch (e) {
      failed.tell(e);
    }
  }, PINS_MS);
  const redraw = () => draw(cells, now);
  live.addEventListener('change', update);
  theme.addEventListener('change', redraw);
  addEventListener('resize', redraw);
  update();
  return () => {
    stop();
    live.removeEventListener('change', update);
    theme.removeEventListener('change', redraw);
    removeEventListener('resize', redraw);
  };
}
