// The stages of one attempt, one below the other along one axis of time.

import {h, put, svg} from './dom.js';
import {took} from './words.js';

const ROW = 30;
const COLOURS = {Routing: '--prewarmed', 'On its way': '--empty', Queued: '--spilled', 'Container start': '--cold', 'Code start': '--replaced', 'Hand-over': '--empty', Running: '--warm'};

/** The stages that were reached: [{name, about, fromUs, toUs}]. */
export function stages(timings, {first = true} = {}) {
  const {publishedUs, routedUs, receivedUs, startedUs, endedUs, initUs = 0, createUs = 0, givenUs = 0} = timings;
  const found = [];
  const add = (name, about, fromUs, toUs) => { if (fromUs && toUs) found.push({name, about, fromUs, toUs: Math.max(fromUs, toUs)}); };
  if (first) add('Routing', 'from publication to the router’s decision', Math.min(publishedUs, routedUs), routedUs);
  add('On its way', 'from the decision to the executor, through Kafka', routedUs, receivedUs);
  const given = givenUs || startedUs;
  if (given) {
    // A container on its way for somebody else may have begun its start before.
    const init = Math.min(initUs, Math.max(0, given - receivedUs));
    const create = Math.min(createUs, init);
    if (given - init > receivedUs) add('Queued', 'for room, or for a busy container', receivedUs, given - init);
    if (create) add('Container start', 'until its first process ran', given - init, given - init + create);
    if (init > create) add('Code start', 'the runtime, and the function’s code as it is loaded', given - init + create, given);
    if (startedUs > given) add('Hand-over', 'to a container that was ready', given, startedUs);
    add('Running', 'the function itself', startedUs, endedUs);
  } else {
    add('Queued', 'until it was sent back or given up', receivedUs, endedUs);
  }
  return found;
}

/** A picture of stages, with all of it as text for those who do not see it. */
export function timeline(found) {
  if (!found.length) return h('p', {class: 'nothing'}, 'No times are known of this attempt.');
  const from = Math.min(...found.map(each => each.fromUs));
  const to = Math.max(...found.map(each => each.toUs), from + 1);
  const box = h('div');

  function drawn() {
    const width = box.clientWidth || 600;
    const left = width < 480 ? 104 : 132;
    const right = 70;
    const x = us => left + (width - left - right) * (us - from) / (to - from);
    const height = found.length * ROW + 22;
    const marks = [0, 0.25, 0.5, 0.75, 1].filter(share => width > 480 || share !== 0.25 && share !== 0.75);
    put(box, svg('svg', {class: 'timeline', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
      'aria-label': found.map(each => `${each.name} ${took(each.toUs - each.fromUs)}`).join(', ')},
    marks.map(share => {
      const at = x(from + (to - from) * share);
      return [svg('line', {class: 'rule', x1: at, x2: at, y1: 0, y2: height - 18}),
        svg('text', {x: at, y: height - 4, 'text-anchor': share === 0 ? 'start' : share === 1 ? 'end' : 'middle', class: 'time'}, share === 0 ? '0' : took((to - from) * share))];
    }),
    found.map((each, i) => {
      const wide = Math.max(2, x(each.toUs) - x(each.fromUs));
      const y = i * ROW + 6;
      return svg('g', {'data-stage': each.name},
        svg('title', {}, `${each.name}: ${each.about}, ${took(each.toUs - each.fromUs)}`),
        svg('text', {x: 0, y: y + 13, class: 'name'}, each.name),
        svg('rect', {x: x(each.fromUs), y, width: wide, height: 18, rx: 3, style: {fill: `var(${COLOURS[each.name]})`}}),
        svg('text', {x: x(each.fromUs) + wide + 6, y: y + 13, class: 'time'}, took(each.toUs - each.fromUs)));
    })));
  }

  new ResizeObserver(drawn).observe(box);
  return h('div', {}, box, h('p', {class: 'note'}, `${took(to - from)} in all. ${found.map(each => `${each.name}: ${each.about}`).join('; ')}.`));
}
