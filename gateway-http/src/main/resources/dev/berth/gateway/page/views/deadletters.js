// Records that could not be processed, whole; and running them again.

import {json, query} from '../api.js';
import {h, put} from '../dom.js';
import {functionNames} from '../names.js';
import {paged, remember, settled} from '../paged.js';
import {code, facts, field, fn, head, invocation, panel, table, trouble} from '../parts.js';
import {ago, bytes, moment} from '../words.js';

export function deadLetters(main, id, given) {
  return id ? one(main, id) : all(main, given);
}

function all(main, given) {
  const wanted = {function: '', reason: '', sourceTopic: '', ...Object.fromEntries(given)};
  const failed = trouble();
  const rows = table({
    caption: 'Dead letters', keyOf: each => each.id, nothing: 'No dead letter is like that, which is good.',
    columns: [
      {name: 'Letter', of: each => h('a', {class: 'mono', href: `#/dead-letters/${encodeURIComponent(each.id)}`}, each.id)},
      {name: 'Reason', of: each => each.reason},
      {name: 'Function', of: each => each.function ? fn(each.function) : '–'},
      {name: 'Came from', of: each => `${each.source.topic} ${each.source.partition}/${each.source.offset}`},
      {name: 'Attempts', number: true, of: each => each.attempts ?? '–'},
      {name: 'When', of: each => h('span', {title: moment(each.atMs)}, ago(each.atMs))},
      {name: 'Redriven', of: each => each.redriven ? ago(each.redriven.atMs) : 'no'},
    ],
  });
  const list = paged({path: next => query('/dead-letters', {...wanted, limit: 100, next}), rows: answer => answer.deadLetters, shown: rows.update, word: 'dead letters'});
  const changed = settled(() => {
    remember('dead-letters', wanted);
    list.load();
  });
  const input = (name, more = {}) => h('input', {name, value: wanted[name], placeholder: 'all', autocomplete: 'off', ...more,
    oninput: event => { wanted[name] = event.target.value.trim(); changed(); }});
  put(main,
    head('Dead letters', 'Records that could not be processed, with where they came from and why they are here.'),
    failed.element,
    h('section', {class: 'panel'},
      h('div', {class: 'row'},
        field('Function', input('function', {list: 'function-names'})),
        field('Reason', input('reason')),
        field('Source topic', input('sourceTopic', {type: 'search'}), true)),
      functionNames('function-names'), rows.element, list.element));
  list.load();
  return () => list.stop();
}

function one(main, id) {
  const failed = trouble();
  const about = h('div', {style: {display: 'grid', gap: '16px'}});
  const done = h('p', {role: 'status'});
  const again = h('button', {type: 'button', class: 'main', onclick: async () => {
    again.disabled = true;
    try {
      const replay = await json(`/dead-letters/${encodeURIComponent(id)}/redrive`, {method: 'POST', body: '{}'});
      put(done, 'It runs again: ', h('a', {href: `#/replays/${encodeURIComponent(replay.id)}`}, `replay ${replay.id}`));
      failed.clear();
    } catch (e) {
      failed.tell(e);
    } finally {
      again.disabled = false;
    }
  }}, 'Run it again');
  put(main, head('Dead letter', h('code', {}, id)), failed.element, about, h('div', {class: 'row'}, again, done));
  json(`/dead-letters/${encodeURIComponent(id)}`).then(letter => put(about,
    h('section', {class: 'panel'},
      h('p', {class: 'notice careful'}, letter.message),
      facts(
        ['Reason', letter.reason], ['Function', letter.function && fn(letter.function)], ['Invocation', letter.invocationId && invocation(letter.invocationId)],
        ['Attempts', letter.attempts], ['Topic', letter.source.topic], ['Partition', letter.source.partition], ['Offset', letter.source.offset],
        ['Written', moment(letter.source.timestampMs)], ['Given up', moment(letter.atMs)], ['Size', bytes(letter.bytes)],
        ['Redriven', letter.redriven && h('a', {href: `#/replays/${encodeURIComponent(letter.redriven.replayId)}`}, ago(letter.redriven.atMs))])),
    panel('What it holds', null, code(letter.invocation ?? letter.value ?? letter.valueBase64 ?? 'nothing')))).catch(failed.tell);
}
