// The instances that a decision weighed.

import {h} from '../dom.js';
import {instance, table} from '../parts.js';
import {megabytes} from '../words.js';

/** A table of a decision's candidates, the chosen one marked; null if nothing was weighed. */
export function candidates(decision) {
  if (!decision?.candidates?.length) return null;
  const believed = new Map((decision.instances || []).map(each => [each.instanceId, each]));
  const chosen = decision.candidates[0].instanceId;
  const rows = decision.candidates.map((each, place) => ({...each, place, known: believed.get(each.instanceId) || {}}));
  const some = name => rows.some(each => each.known[name] !== undefined);
  const list = table({
    caption: 'Candidates', keyOf: each => each.place, nothing: 'None.',
    marked: each => each.place === 0,
    columns: [
      {name: 'Instance', of: each => h('span', {}, instance(each.instanceId), each.place === 0 && each.instanceId === chosen ? ' (chosen)' : '')},
      {name: 'Score', number: true, of: each => Number(each.score).toFixed(Math.abs(each.score) < 10 ? 2 : 0)},
      rows.some(each => each.note) && {name: 'Why', of: each => each.note || ''},
      some('inFlight') && {name: 'In flight', number: true, of: each => each.known.inFlight === undefined ? '–' : `${each.known.inFlight} of ${each.known.slots}`},
      some('functionIdle') && {name: 'Idle here', number: true, of: each => each.known.functionIdle ?? '–'},
      some('freeMb') && {name: 'Free', number: true, of: each => each.known.freeMb === undefined ? '–' : megabytes(Math.round(each.known.freeMb))},
    ].filter(Boolean),
  });
  list.update(rows);
  return h('div', {}, list.element, h('p', {class: 'note'}, 'The lowest score is best. Idle here: containers of the function that were idle there. All as the router believed it then.'));
}
