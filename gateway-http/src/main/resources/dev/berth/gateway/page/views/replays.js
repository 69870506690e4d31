// What is done again, and how far it is.

import {json, query} from '../api.js';
import {h, put} from '../dom.js';
import {invocation, panel, fn, head, repeated, status, table, trouble} from '../parts.js';
import {ago, moment, number, rate, took} from '../words.js';

const AGAIN_MS = 1_000;
const DIFFERENCES = 50;

export function replays(main, id) {
  return id ? one(main, id) : all(main);
}

function all(main) {
  const failed = trouble();
  const rows = table({
    caption: 'Replays', keyOf: each => each.id, nothing: 'Nothing is done again. ./berth replay runs past invocations or records of a topic once more; ./berth dlq redrive does it with dead letters.',
    columns: [
      {name: 'Replay', of: each => h('a', {class: 'mono', href: `#/replays/${encodeURIComponent(each.id)}`}, each.id)},
      {name: 'Of', of: each => each.source === 'topic' ? `topic ${each.topic}` : each.source},
      {name: 'Into', of: each => each.into || each.function || 'what ran before'},
      {name: 'State', of: each => status(each.state)},
      {name: 'Progress', of: progress},
      {name: 'Ended', number: true, of: each => `${number((each.counts?.succeeded || 0) + (each.counts?.failed || 0))}`},
      {name: 'Failed', number: true, of: each => number(each.counts?.failed || 0)},
      {name: 'A second', number: true, of: each => rate(each.endedPerSecond || 0)},
      {name: 'Left', of: each => each.etaSeconds === undefined ? '' : took(each.etaSeconds * 1e6)},
      {name: '', of: each => ['running', 'preparing', 'waiting', 'stopped'].includes(each.state)
        ? h('button', {type: 'button', data: {turn: each.id, to: each.wanted === 'stopped' ? 'resume' : 'stop'}, 'aria-label': `${each.wanted === 'stopped' ? 'Resume' : 'Stop'} replay ${each.id}`}, each.wanted === 'stopped' ? 'Resume' : 'Stop') : ''},
    ],
  });
  const errors = h('div');
  put(main, head('Replays', 'Past invocations, records and dead letters that run again.'), failed.element, h('section', {class: 'panel'}, errors, rows.element));

  async function look() {
    try {
      const found = await json(query('/replays', {limit: 100}));
      rows.update(found.replays);
      put(errors, found.replays.filter(each => each.error).map(each => h('p', {class: 'notice bad'}, `${each.id}: ${each.error}`)));
      failed.clear();
    } catch (e) {
      failed.tell(e);
    }
  }
  rows.element.addEventListener('click', async event => {
    const {turn, to} = event.target.closest?.('[data-turn]')?.dataset || {};
    if (!turn) return;
    try {
      await json(`/replays/${encodeURIComponent(turn)}/${to}`, {method: 'POST'});
      await look();
    } catch (e) {
      failed.tell(e);
    }
  });
  return repeated(look, AGAIN_MS);
}

function progress(each) {
  const share = each.progress ?? (each.state === 'done' ? 1 : 0);
  return h('div', {class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-valuenow': String(Math.round(share * 100)), 'aria-label': `Progress of ${each.id}`, title: `${number(each.finished ?? 0)} of ${number(each.records ?? 0)}`},
    h('i', {style: {width: `${share * 100}%`}}));
}

/** How the results of one differ from those before. */
function one(main, id) {
  const failed = trouble();
  const about = h('div');
  const totals = h('p', {class: 'note'});
  const rows = table({
    caption: 'Differences', keyOf: each => each.replayed.id, nothing: 'No result differs so far.',
    columns: [
      {name: 'What', of: each => each.kind},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Key', of: each => each.key ?? '–'},
      {name: 'Before', of: each => invocation(each.original.id)},
      {name: 'Again', of: each => invocation(each.replayed.id)},
      {name: 'Result before', of: each => cut(each.original)},
      {name: 'Result again', of: each => cut(each.replayed)},
    ],
  });
  put(main, head('Replay', h('code', {}, id)), failed.element, h('section', {class: 'panel'}, about), panel('Differences from the originals', `the first ${DIFFERENCES}`, totals, rows.element));
  return repeated(async () => {
    try {
      const [each, compared] = await Promise.all([
        json(`/replays/${encodeURIComponent(id)}`), json(query(`/replays/${encodeURIComponent(id)}/differences`, {limit: DIFFERENCES}))]);
      put(about, h('div', {class: 'row'}, status(each.state), h('span', {}, `made ${ago(each.createdMs)}, ${moment(each.createdMs)}`)), progress(each),
        h('p', {class: 'note'}, `${number(each.counts?.published || 0)} published, ${number(each.counts?.succeeded || 0)} succeeded, ${number(each.counts?.failed || 0)} failed, ${number(each.unfinished || 0)} unfinished`),
        each.error && h('p', {class: 'notice bad'}, each.error));
      put(totals, Object.entries(compared.totals).map(([kind, count]) => `${number(count)} ${kind}`).join(', '));
      rows.update(compared.differences.filter(one => one.kind !== 'equal'));
      failed.clear();
    } catch (e) {
      failed.tell(e);
    }
  }, 3 * AGAIN_MS);
}

function cut(side) {
  const value = side.result === undefined ? side.status : JSON.stringify(side.result);
  return h('span', {class: 'mono cut', title: value}, value);
}
