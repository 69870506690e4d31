// The fleet, what goes through it, and how fast.

import {cellsOf, draw, told} from '../cells.js';
import {h, keyed, put, text} from '../dom.js';
import {fleet, quantile, quantiles, stretch, summary} from '../figures.js';
import {BUCKET_MS, live} from '../live.js';
import {container, fn, head, instance, invocation, key, panel, reuse, status, table} from '../parts.js';
import {plot} from '../plot.js';
import {theme} from '../theme.js';
import {megabytes, number, percent, rate, short, took} from '../words.js';

const FIGURES = ['Invocations', 'Start, median', 'Start, 99 %', 'Reused', 'Running', 'Waiting', 'Containers', 'Keys pinned', 'Failed'];
const OUTCOMES = [['succeeded', '--warm'], ['failed', '--bad'], ['refused', '--spilled'], ['cancelled', '--empty']];
const REUSE = [['warm', '--warm'], ['prewarmed', '--prewarmed'], ['cold', '--cold'], ['replaced', '--replaced'], ['spilled', '--spilled']];
const FAILED = ['failed', 'timed-out', 'dead-lettered'];

export function overview(main) {
  const numbers = Object.fromEntries(FIGURES.map(name => [name, h('dd', {data: {figure: name}}, '–')]));
  const rates = plot({title: 'Invocations a second', note: 'by how they ended', stacked: true, shown: rate,
    series: OUTCOMES.map(([name, colour]) => ({name, colour}))});
  const starts = plot({title: 'From publication to start', note: 'each two seconds', logarithmic: true, shown: took,
    series: [{name: 'median', colour: '--p50'}, {name: '99 %', colour: '--p99'}]});
  const kinds = plot({title: 'How containers were come by', note: 'invocations a second', stacked: true, shown: rate,
    series: REUSE.map(([name, colour]) => ({name, colour}))});
  const tiles = h('ul', {class: 'fleet', 'aria-label': 'Instances'});
  const noTiles = h('p', {class: 'nothing'}, 'No instance is live. ./berth instances says more; an executor that starts appears here by itself.');
  const hot = table({
    caption: 'Keys used most', keyOf: each => `${each.function}/${each.key}`, nothing: 'No invocation with a key in the last minutes.',
    columns: [
      {name: 'Key', of: each => key(each.key, each.function)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Pinned to', of: each => each.pin ? h('span', {}, instance(each.pin.instance), each.pin.others ? ` and ${each.pin.others} more` : '') : 'nowhere'},
      {name: 'A second', number: true, of: each => rate(each.perSecond)},
    ],
  });
  const queues = table({
    caption: 'Queues', keyOf: each => each.name, nothing: 'Nothing waits and nothing runs.',
    columns: [
      {name: 'Function', of: each => fn(each.name)},
      {name: 'Waiting', number: true, of: each => number(each.waiting)},
      {name: 'In containers', number: true, of: each => number(each.busy)},
      {name: 'Idle containers', number: true, of: each => number(each.idle)},
    ],
  });
  const latest = table({
    caption: 'Latest invocations', keyOf: each => each.id, nothing: 'None in the last ten minutes. ./berth invoke FUNCTION makes one.',
    columns: [
      {name: 'Invocation', of: each => invocation(each.id)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Key', of: each => key(each.key, each.function)},
      {name: 'Status', of: each => status(each.status)},
      {name: 'Container', of: each => reuse(each.reuse)},
      {name: 'Where', of: each => instance(each.instance)},
      {name: 'Start', number: true, of: each => took(each.startUs)},
      {name: 'All', number: true, of: each => took(each.totalUs)},
    ],
  });
  const lives = table({
    caption: 'Lives of containers', keyOf: each => `${each.container}/${each.event}/${each.atMs}`, nothing: 'No container came or went in the last ten minutes.',
    columns: [
      {name: 'Container', of: each => container(each.container)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Instance', of: each => instance(each.instance)},
      {name: 'What', of: each => each.reason ? `${each.event}: ${each.reason}` : each.event},
    ],
  });
  put(main,
    head('Overview', 'What runs now, and the last ten minutes.'),
    h('dl', {class: 'figures'}, FIGURES.map(name => h('div', {class: 'figure'}, h('dt', {}, name), numbers[name]))),
    h('div', {class: 'grid'}, rates.element, starts.element, kinds.element),
    h('section', {class: 'panel'},
      h('header', {}, h('h2', {}, 'Fleet'), legend()), tiles, noTiles),
    h('div', {class: 'two'},
      panel('Keys used most', 'the last minute weighs most', few(hot)),
      panel('Queues', 'waiting or on the way', few(queues))),
    panel('Latest invocations', 'choose one to have it explained', few(latest)),
    panel('Containers that came and went', null, few(lives)));

  function update() {
    const minute = summary(60);
    const ten = summary(600);
    const all = fleet();
    figures(numbers, minute, ten, all);
    const buckets = stretch();
    const each = (of, words) => buckets.map(bucket => bucket ? words.reduce((sum, word) => sum + (bucket[of][word] || 0), 0) * 1_000 / BUCKET_MS : 0);
    rates.update([each('outcomes', ['succeeded']), each('outcomes', FAILED), each('outcomes', ['rejected']), each('outcomes', ['cancelled'])]);
    starts.update([quantiles(buckets, 'starts', 0.5), quantiles(buckets, 'starts', 0.99)]);
    kinds.update(REUSE.map(([word]) => each('reuse', [word])));
    const instances = [...live.instances.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', {numeric: true}));
    noTiles.hidden = instances.length > 0 || !live.heard;
    keyed(tiles, instances, one => one.id, tile);
    hot.update(live.hot);
    queues.update(waiting(all).slice(0, 12));
    latest.update(live.endings.slice(0, 15));
    lives.update(live.lives.slice(0, 8));
  }

  const redraw = () => [rates, starts, kinds].forEach(each => each.redraw());
  const resized = new ResizeObserver(() => { redraw(); for (const each of tiles.children) each.redraw(); });
  resized.observe(main);
  const recolour = () => { redraw(); for (const each of tiles.children) each.redraw(); };
  live.addEventListener('change', update);
  theme.addEventListener('change', recolour);
  update();
  return () => {
    live.removeEventListener('change', update);
    theme.removeEventListener('change', recolour);
    resized.disconnect();
  };
}

/** On a phone a view of many lists shows the first rows of each. */
function few(list) {
  list.element.classList.add('few');
  return list.element;
}

function figures(numbers, minute, ten, all) {
  const queued = waiting(all).reduce((sum, each) => sum + each.waiting, 0) - (live.unfinished.delayed || 0);
  const failed = FAILED.reduce((sum, word) => sum + (ten.outcomes[word] || 0), 0);
  const refused = ten.outcomes.rejected || 0;
  const shown = {
    'Invocations': [rate(minute.ended / 60), 'a second'],
    'Start, median': [took(quantile(minute.starts, 0.5)), ''],
    'Start, 99 %': [took(quantile(minute.starts, 0.99)), ''],
    'Reused': [minute.reused ? percent((minute.reuse.warm || 0) / minute.reused) : '–', minute.reused ? 'warm' : ''],
    'Running': [number(all.running), `of ${number(all.slots)}`],
    'Waiting': [(live.unfinished.cut ? '> ' : '') + number(Math.max(0, queued, all.queued)), live.unfinished.delayed ? `+ ${number(live.unfinished.delayed)} later` : ''],
    'Containers': [number(all.containers), megabytes(all.usedMb)],
    'Keys pinned': [number(live.counts.pins || 0), ''],
    'Failed': [number(failed), refused ? `+ ${number(refused)} refused` : 'in 10 min'],
  };
  for (const [name, [value, small]] of Object.entries(shown)) {
    const whole = small ? `${value} ${small}` : value;
    if (numbers[name].textContent !== whole) put(numbers[name], value, small && ' ', small && h('small', {}, small));
  }
}

/** Each function with what it has to do. */
function waiting(all) {
  const names = new Set([...Object.keys(live.unfinished.functions || {}), ...all.functions.keys()]);
  return [...names].map(name => {
    const here = all.functions.get(name) || {idle: 0, busy: 0};
    const open = live.unfinished.functions?.[name] || 0;
    return {name, waiting: Math.max(0, open - here.busy), busy: here.busy, idle: here.idle};
  }).sort((a, b) => b.waiting - a.waiting || b.busy - a.busy || b.idle - a.idle || a.name.localeCompare(b.name));
}

function legend() {
  return h('ul', {class: 'legend'}, [['busy', 'busy'], ['idle', 'idle'], ['starting', 'starting'], ['prewarmed', 'prewarmed, without code']]
    .map(([name, shown]) => h('li', {}, h('span', {class: `swatch ${name}`}), shown)));
}

function tile() {
  const name = h('span');
  const state = h('span');
  const load = h('span');
  const memory = h('span');
  const cells = h('canvas', {class: 'cells', 'aria-hidden': 'true'});
  const link = h('a', {class: 'tile'}, h('span', {class: 'name'}, name, state), h('span', {class: 'load'}, load, memory), cells);
  const element = h('li', {}, link);
  let drawn = '';
  let now = [];
  cells.addEventListener('pointermove', event => {
    const cell = cells.cellAt?.(event.offsetX, event.offsetY);
    cells.title = cell ? `${cell.of}: ${cell.state}` : '';
  });
  element.redraw = () => draw(cells, now);
  element.update = one => {
    link.href = `#/instance/${encodeURIComponent(one.id)}`;
    link.dataset.state = one.state;
    text(name, one.id);
    if (state.textContent !== one.state) put(state, status(one.state));
    text(load, `${one.load?.running ?? 0} of ${one.slots ?? 0} running${one.load?.queued ? `, ${one.load.queued} queued` : ''}`);
    text(memory, one.memoryMb ? `${megabytes(one.load.usedMemoryMb)} of ${megabytes(one.memoryMb)}` : '');
    now = cellsOf(one);
    const said = now.map(cell => cell.state[0] + cell.of).join();
    link.setAttribute('aria-label', `Instance ${one.id}, ${one.state}, containers: ${told(now)}`);
    link.dataset.cells = now.length;
    if (said !== drawn) {
      drawn = said;
      // In the page first, else it has no width.
      requestAnimationFrame(() => draw(cells, now));
    }
  };
  return element;
}
