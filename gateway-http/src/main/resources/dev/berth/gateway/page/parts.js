// Parts that several views are made of.

import {h, keyed, put, text} from './dom.js';
import {short, tone} from './words.js';

/** The head of a view. */
export function head(title, about, ...more) {
  return h('div', {class: 'head'}, h('div', {}, h('h1', {}, title), about && h('p', {}, about)), ...more);
}

export function panel(title, note, ...children) {
  return h('section', {class: 'panel'}, h('header', {}, h('h2', {}, title), note && h('p', {}, note)), ...children);
}

/** A status with its sign. */
export function status(word) {
  return h('span', {class: 'word', data: {tone: tone(word)}}, word);
}

/** How a container was come by, with its sign. */
export function reuse(word) {
  return word ? h('span', {class: 'word', data: {word}}, word) : '–';
}

export function mono(value, title = value) {
  return h('span', {class: 'mono cut', title}, value ?? '–');
}

export function invocation(id) {
  return h('a', {class: 'mono', href: `#/invocation/${encodeURIComponent(id)}`, title: id}, short(id));
}

export function instance(id) {
  return id ? h('a', {href: `#/instance/${encodeURIComponent(id)}`}, id) : '–';
}

export function container(id) {
  return id ? h('a', {class: 'mono', href: `#/keys?container=${encodeURIComponent(id)}`, title: `${id}: its keys`}, id.length > 14 ? `…${id.slice(-8)}` : id) : '–';
}

export function fn(name) {
  return h('a', {href: `#/function/${encodeURIComponent(name)}`}, name);
}

export function key(name, of) {
  return name === null || name === undefined ? '–'
    : h('a', {class: 'mono cut', title: name, href: `#/key/${encodeURIComponent(of)}?key=${encodeURIComponent(name)}`}, name === '' ? '""' : name);
}

/** Facts as a list of names and values; what is missing is left out. */
export function facts(...pairs) {
  return h('dl', {class: 'facts'}, pairs.filter(pair => pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== '')
    .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/**
 * A table whose rows keep their place in the page, and on a phone become cards.
 * @param columns [{name, of: item => node or text, number: whether it is one}]
 */
export function table({caption, columns, keyOf, nothing, marked = () => false}) {
  const body = h('tbody');
  const empty = h('p', {class: 'nothing'}, nothing);
  const whole = h('table', {class: 'cards', 'aria-label': caption},
    h('thead', {}, h('tr', {}, columns.map(each => h('th', {scope: 'col', class: each.number && 'number'}, each.name)))), body);
  const element = h('div', {class: 'table'}, whole, empty);

  function row() {
    const cells = columns.map(each => h('td', {class: each.number && 'number', data: {name: each.name}}));
    const line = h('tr', {}, cells);
    let before = [];
    line.update = item => {
      line.className = marked(item) ? 'chosen' : '';
      columns.forEach((each, i) => {
        const now = each.of(item);
        if (!(now instanceof Node)) text(cells[i], now ?? '–');
        // A link that is the same stays, with its focus.
        else if (!before[i] || before[i] !== now.outerHTML) {
          cells[i].replaceChildren(now);
          before[i] = now.outerHTML;
        }
      });
    };
    return line;
  }

  function update(items) {
    empty.hidden = items.length > 0;
    whole.hidden = !items.length;
    keyed(body, items, keyOf, row);
  }
  update([]);
  empty.hidden = true;
  return {element, update};
}

/** A place for what went wrong, in words. */
export function trouble() {
  const element = h('p', {class: 'notice bad', role: 'alert', hidden: true});
  return {
    element,
    tell(error) {
      if (error?.name === 'AbortError') return;
      text(element, error?.message || String(error));
      element.hidden = false;
    },
    clear() { element.hidden = true; },
  };
}

/** Runs some work now and then while the page is seen, one at a time; returns what ends it. */
export function repeated(work, eachMs) {
  let timer;
  let over = false;
  async function turn() {
    clearTimeout(timer);
    if (!document.hidden) await work();
    if (!over) timer = setTimeout(turn, eachMs);
  }
  turn();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

export function select(name, options, chosen, changed) {
  const element = h('select', {name, onchange: () => changed(element.value)},
    options.map(([value, shown]) => h('option', {value, selected: value === chosen}, shown)));
  return element;
}

export function field(name, input, grow = false) {
  return h('label', {class: grow ? 'field grow' : 'field'}, h('span', {}, name), input);
}

/** JSON as people read it. */
export function code(value) {
  return h('pre', {tabindex: '0'}, typeof value === 'string' ? value : JSON.stringify(value, null, 2));
}

export {put};
