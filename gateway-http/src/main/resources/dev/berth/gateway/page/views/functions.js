// What is deployed, and one function of it.

import {json, open, query} from '../api.js';
import {h, put} from '../dom.js';
import {fleet} from '../figures.js';
import {live} from '../live.js';
import {code, facts, field, fn, head, instance, invocation, panel, repeated, reuse, status, table, trouble} from '../parts.js';
import {bytes, number, took} from '../words.js';

const LAMBDA = '/2015-03-31/functions';
const AGAIN_MS = 5_000;

export function functions(main) {
  const failed = trouble();
  let known = [];
  const rows = table({
    caption: 'Functions', keyOf: each => each.FunctionName, nothing: 'Nothing is deployed. ./berth deploy FILE --name NAME --runtime python3 --handler FILE.FUNCTION does it.',
    columns: [
      {name: 'Function', of: each => fn(each.FunctionName)},
      {name: 'Runtime', of: each => each.Runtime || 'image'},
      {name: 'Memory', number: true, of: each => `${each.MemorySize} MB`},
      {name: 'Timeout', number: true, of: each => `${each.Timeout} s`},
      {name: 'Code', number: true, of: each => each.CodeSize ? bytes(each.CodeSize) : '–'},
      {name: 'Busy', number: true, of: each => number(each.here.busy)},
      {name: 'Idle', number: true, of: each => number(each.here.idle)},
      {name: 'Unfinished', number: true, of: each => number(each.open)},
      {name: 'Changed', of: each => each.LastModified.slice(0, 16).replace('T', ' ')},
    ],
  });
  put(main, head('Functions', 'What is deployed, and how many containers each has.'), failed.element, h('section', {class: 'panel'}, rows.element));
  function update() {
    const all = fleet();
    rows.update(known.map(each => ({
      ...each, here: all.functions.get(each.FunctionName) || {busy: 0, idle: 0}, open: live.unfinished.functions?.[each.FunctionName] || 0,
    })));
  }
  const stop = repeated(async () => {
    try {
      const found = [];
      let marker = '';
      do {
        const answer = await json(query(LAMBDA, {Marker: marker, MaxItems: 1_000}));
        found.push(...answer.Functions);
        marker = answer.NextMarker;
      } while (marker);
      known = found;
      failed.clear();
      update();
    } catch (e) {
      failed.tell(e);
    }
  }, AGAIN_MS);
  live.addEventListener('change', update);
  return () => {
    stop();
    live.removeEventListener('change', update);
  };
}

export function functionView(main, name) {
  const failed = trouble();
  const about = h('div');
  const versions = table({
    caption: 'Versions', keyOf: each => each.Version, nothing: 'None.',
    columns: [
      {name: 'Version', of: each => each.Version}, {name: 'Memory', number: true, of: each => `${each.MemorySize} MB`},
      {name: 'Description', of: each => each.Description || ''}, {name: 'Made', of: each => each.LastModified.slice(0, 16).replace('T', ' ')},
    ],
  });
  const aliases = table({
    caption: 'Aliases', keyOf: each => each.Name, nothing: 'None.',
    columns: [
      {name: 'Alias', of: each => each.Name}, {name: 'Version', of: each => each.FunctionVersion},
      {name: 'Shares', of: each => Object.entries(each.RoutingConfig?.AdditionalVersionWeights || {}).map(([version, share]) => `${version}: ${share * 100} %`).join(', ')},
    ],
  });
  const where = table({
    caption: 'Containers', keyOf: each => `${each.id}/${each.revision}`, nothing: 'It has no container now.',
    columns: [
      {name: 'Instance', of: each => instance(each.id)}, {name: 'Revision', number: true, of: each => each.revision},
      {name: 'Busy or starting', number: true, of: each => number(each.busy)}, {name: 'Idle', number: true, of: each => number(each.idle)},
    ],
  });
  const latest = table({
    caption: 'Latest invocations', keyOf: each => each.id, nothing: 'None lately.',
    columns: [
      {name: 'Invocation', of: each => invocation(each.id)}, {name: 'Status', of: each => status(each.status)}, {name: 'Container', of: each => reuse(each.reuse)},
      {name: 'Where', of: each => instance(each.instance)}, {name: 'Start', number: true, of: each => took(each.startUs)}, {name: 'All', number: true, of: each => took(each.totalUs)},
    ],
  });
  put(main,
    head(name, h('span', {}, h('a', {href: `#/keys?function=${encodeURIComponent(name)}`}, 'Its keys'), ' · ', h('a', {href: `#/jobs?function=${encodeURIComponent(name)}`}, 'its jobs'))),
    failed.element,
    h('section', {class: 'panel'}, about),
    trial(name),
    h('div', {class: 'two'}, panel('Containers', null, where.element), panel('Its invocations among the latest', null, latest.element)),
    h('div', {class: 'two'}, panel('Versions', null, versions.element), panel('Aliases', null, aliases.element)));
  const one = `${LAMBDA}/${encodeURIComponent(name)}`;
  Promise.all([json(`${one}/configuration`), json(`${one}/versions`), json(`${one}/aliases`)]).then(([of, made, called]) => {
    put(about, facts(
      ['Runtime', of.Runtime || 'image'], ['Handler', of.Handler], ['Memory', `${of.MemorySize} MB`], ['Timeout', `${of.Timeout} s`],
      ['Code', of.CodeSize && bytes(of.CodeSize)], ['Network', of.Network ? 'yes' : 'no'], ['Containers', of.Exclusive ? 'one for each key' : 'shared by its keys']),
    h('details', {}, h('summary', {}, 'All of its configuration'), code(of)));
    versions.update(made.Versions);
    aliases.update(called.Aliases);
  }).catch(failed.tell);
  function update() {
    where.update([...live.instances.values()].flatMap(each => (each.warm || []).filter(warm => warm.function === name && warm.idle + warm.busy).map(warm => ({...warm, id: each.id}))));
    latest.update(live.endings.filter(each => each.function === name));
  }
  live.addEventListener('change', update);
  update();
  return () => live.removeEventListener('change', update);
}

/** Invokes the function, and shows what came and by which way. */
function trial(name) {
  const payload = h('textarea', {name: 'payload', rows: '3', spellcheck: 'false'}, '{}');
  const key = h('input', {name: 'key', placeholder: 'none', autocomplete: 'off', spellcheck: 'false'});
  const button = h('button', {class: 'main'}, 'Invoke');
  const came = h('div', {role: 'status'});
  return h('details', {class: 'panel'}, h('summary', {}, 'Invoke it'),
    h('form', {class: 'row', onsubmit: async event => {
      event.preventDefault();
      button.disabled = true;
      put(came);
      try {
        const response = await open(`${LAMBDA}/${encodeURIComponent(name)}/invocations`, {method: 'POST', body: payload.value, more: key.value ? {'X-Berth-Key': key.value} : {}});
        const id = response.headers.get('X-Amzn-RequestId');
        const wrong = response.headers.get('X-Amz-Function-Error');
        put(came, h('p', {class: wrong ? 'notice bad' : 'note'}, wrong ? `The function failed (${wrong}). ` : 'It answered. ', id && invocation(id)), code(await response.text()));
      } catch (e) {
        put(came, h('p', {class: 'notice bad', role: 'alert'}, e.message));
      } finally {
        button.disabled = false;
      }
    }}, field('Payload', payload, true), field('Key', key), button), came);
}
