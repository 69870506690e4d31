// Topics that run functions, and what runs at times.

import {json} from '../api.js';
import {h, put} from '../dom.js';
import {fn, head, panel, repeated, status, table, trouble} from '../parts.js';
import {number, rate} from '../words.js';

const AGAIN_MS = 1_500;

export function triggers(main) {
  const failed = trouble();
  const rows = table({
    caption: 'Triggers', keyOf: each => each.id, nothing: 'No trigger. ./berth trigger create FUNCTION --topic TOPIC makes one: each record of the topic then runs the function.',
    columns: [
      {name: 'Topics', of: each => each.topics.join(', ')},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'State', of: each => status(each.status?.state || (each.enabled ? 'enabled' : 'paused'))},
      {name: 'Lag', number: true, of: each => counted(each.status?.lag)},
      {name: 'In flight', number: true, of: each => counted(each.status?.inFlight)},
      {name: 'In a second', number: true, of: each => each.status?.readPerSecond === undefined ? '–' : rate(each.status.readPerSecond)},
      {name: 'Done a second', number: true, of: each => each.status?.donePerSecond === undefined ? '–' : rate(each.status.donePerSecond)},
      {name: 'Held up by', of: each => bottleneck(each.status?.bottleneck)},
      {name: 'Filtered', number: true, of: each => counted(each.status?.filtered)},
      {name: 'Given up', number: true, of: each => counted(each.status?.failed)},
      {name: '', of: each => h('button', {type: 'button', data: {turn: each.id, to: each.enabled ? 'pause' : 'resume'}, 'aria-label': `${each.enabled ? 'Pause' : 'Resume'} the trigger of ${each.function}`}, each.enabled ? 'Pause' : 'Resume')},
    ],
  });
  const errors = h('div');
  const times = table({
    caption: 'Schedules', keyOf: each => each.name, nothing: 'No schedule. ./berth schedule create makes one.',
    columns: [
      {name: 'Schedule', of: each => each.name},
      {name: 'When', of: each => `${each.expression}${each.timezone ? ` (${each.timezone})` : ''}`},
      {name: 'What', of: each => each.function ? fn(each.function) : `a record on ${each.topic}`},
      {name: 'State', of: each => status(each.enabled ? 'enabled' : 'paused')},
      {name: 'Next', of: each => shown(each.next?.[0])},
      {name: 'Last', of: each => shown(each.last?.fired)},
      {name: 'Error', of: each => each.last?.error || ''},
    ],
  });
  put(main,
    head('Triggers', 'Records of topics that run functions, and what runs at times.'),
    failed.element,
    panel('Triggers', 'lag: records that are not finished', errors, rows.element),
    panel('Schedules', null, times.element));

  async function look() {
    try {
      const [found, scheduled] = await Promise.all([json('/triggers'), json('/schedules')]);
      rows.update(found.triggers);
      put(errors, found.triggers.filter(each => each.status?.error).map(each => h('p', {class: 'notice bad'}, `${each.function}: ${each.status.error}`)));
      times.update(scheduled.schedules);
      failed.clear();
    } catch (e) {
      failed.tell(e);
    }
  }
  rows.element.addEventListener('click', async event => {
    const {turn, to} = event.target.closest?.('[data-turn]')?.dataset || {};
    if (!turn) return;
    try {
      await json(`/triggers/${encodeURIComponent(turn)}/${to}`, {method: 'POST'});
      await look();
    } catch (e) {
      failed.tell(e);
    }
  });
  return repeated(look, AGAIN_MS);
}

function counted(value) {
  return value === undefined || value === null ? '–' : number(value);
}

function bottleneck(word) {
  return !word || word === 'none' ? 'nothing' : word;
}

/** A moment in ISO 8601, as far as one reads it. */
function shown(moment) {
  return moment ? moment.replace('T', ' ').replace(/(:\d\d)\.\d+/, '$1') : '–';
}
