// What became of one invocation, and why.

import {json, open, query} from '../api.js';
import {h, put} from '../dom.js';
import {live} from '../live.js';
import {code, container, facts, field, fn, head, instance, invocation as link, key, panel, reuse, status, table, trouble} from '../parts.js';
import {stages, timeline} from '../timeline.js';
import {moment, took} from '../words.js';
import {candidates} from './candidates.js';

const LOG_LINES = 200;

export function invocation(main, id) {
  return id ? told(main, id) : choice(main);
}

function form(id = '') {
  const input = h('input', {type: 'search', name: 'id', value: id, placeholder: 'the id, as ./berth invoke --route and X-Berth-… headers give it', autocomplete: 'off', spellcheck: 'false'});
  return h('form', {class: 'row', onsubmit: event => {
    event.preventDefault();
    if (input.value.trim()) location.hash = `#/invocation/${encodeURIComponent(input.value.trim())}`;
  }}, field('Invocation', input, true), h('button', {class: 'main'}, 'Explain'));
}

function choice(main) {
  const latest = table({
    caption: 'Latest invocations', keyOf: each => each.id, nothing: 'None in the last ten minutes.',
    columns: [
      {name: 'Invocation', of: each => link(each.id)},
      {name: 'Function', of: each => fn(each.function)},
      {name: 'Key', of: each => key(each.key, each.function)},
      {name: 'Status', of: each => status(each.status)},
      {name: 'Container', of: each => reuse(each.reuse)},
      {name: 'All', number: true, of: each => took(each.totalUs)},
      {name: 'Ended', of: each => moment(each.completedMs)},
    ],
  });
  put(main, head('Invocation', 'Why it ran where it did, and where its time went.'), h('section', {class: 'panel'}, form()), panel('The latest', null, latest.element));
  const update = () => latest.update(live.endings);
  live.addEventListener('change', update);
  update();
  return () => live.removeEventListener('change', update);
}

function told(main, id) {
  const failed = trouble();
  const story = h('div');
  const asked = new AbortController();
  const {signal} = asked;
  put(main, head('Invocation', h('code', {}, id)), h('section', {class: 'panel'}, form(id)), failed.element, story);
  put(story, h('p', {class: 'nothing', role: 'status'}, 'Reading the decision log.'));
  json(`/explain/${encodeURIComponent(id)}`, {signal}).then(async account => {
    const place = h('div', {class: 'two'});
    put(story, h('div', {data: {told: id}, style: {display: 'grid', gap: '16px'}}, ...whole(account), place));
    await Promise.allSettled([result(place, id, signal), logs(place, id, signal)]);
  }).catch(e => {
    put(story);
    failed.tell(e);
  });
  return () => asked.abort();
}

function whole(account) {
  const outcome = account.outcome;
  const last = account.attempts.at(-1)?.result || {};
  return [
    h('section', {class: 'panel'},
      facts(
        ['Status', status(outcome?.status || 'running')],
        ['Function', account.function && fn(account.function)],
        ['Key', key(account.key, account.function)],
        ['Container', last.reuse && reuse(last.reuse)],
        ['Ran in', last.container && container(last.container)],
        ['On', last.instance && instance(last.instance)],
        ['Version', last.version],
        ['Published', moment(account.publishedMs)],
        ['Came by', outcome?.origin],
        ['Replay of', outcome?.replayOf && link(outcome.replayOf)],
        ['Started by', outcome?.parent && link(outcome.parent)],
        ['Error', outcome?.errorType]),
      outcome?.errorMessage && h('p', {class: 'notice bad'}, outcome.errorMessage),
      h('div', {class: 'story'}, account.text.map(line => h('p', {}, line)))),
    ...account.attempts.map(each => attempt(each, account.attempts.length)),
  ];
}

function attempt(each, all) {
  const title = all > 1 ? `Attempt ${each.attempt}` : 'Where the time went';
  const timings = each.result?.timings;
  const decision = each.dispatch?.decision;
  return h('div', {class: 'two'},
    h('section', {class: 'panel', data: {attempt: each.attempt}},
      h('header', {}, h('h2', {}, title), each.result && status(each.result.status)),
      timings ? timeline(stages(timings, {first: each.attempt === 1}))
        : h('p', {class: 'nothing'}, each.result ? 'The times of an earlier attempt are not kept.' : 'It has not ended yet.')),
    decision ? panel(all > 1 ? `Decision of attempt ${each.attempt}` : 'The decision', `step: ${each.dispatch.reason}`,
      candidates(decision) || h('p', {class: 'nothing'}, 'No instance was weighed: the step decides without.'),
      h('details', {}, h('summary', {}, 'All that the router knew'), code(decision)))
      : panel('The decision', null, h('p', {class: 'nothing'}, 'The decision log has it no more, or it was never sent to an instance.')));
}

/** A job's result is kept; what a caller waited for is not there when nobody asked for it as a job. */
async function result(place, id, signal) {
  const job = await json(`/jobs/${encodeURIComponent(id)}`, {signal});
  const value = job.result ?? job.resultBase64;
  if (value !== undefined) place.append(panel('Result', null, code(value)));
}

async function logs(place, id, signal) {
  const lines = await (await open(query('/logs', {invocation: id, limit: LOG_LINES}), {signal})).text();
  const printed = lines.split('\n').filter(Boolean).map(line => JSON.parse(line));
  place.append(panel('What it printed', printed.length >= LOG_LINES ? `the last ${LOG_LINES} lines` : null,
    printed.length ? code(printed.map(line => line.droppedBytes ? `(${line.droppedBytes} bytes were dropped here)` : line.text).join('\n')) : h('p', {class: 'nothing'}, 'Nothing.')));
}
