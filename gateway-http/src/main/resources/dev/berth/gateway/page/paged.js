// A list that the gateway gives a page at a time.

import {h, text} from './dom.js';
import {json} from './api.js';
import {trouble} from './parts.js';
import {number} from './words.js';

/**
 * @param path makes the path of a page, told the `next` of the one before
 * @param rows takes the list out of an answer
 * @param shown gets all rows so far
 */
export function paged({path, rows, shown, word}) {
  const failed = trouble();
  const more = h('button', {type: 'button', hidden: true, onclick: () => load(true)}, 'More');
  const count = h('p', {class: 'note', role: 'status'});
  const element = h('div', {}, failed.element, h('div', {class: 'row'}, more, count));
  let all = [];
  let next = '';
  let asked = new AbortController();

  async function load(further = false) {
    asked.abort();
    asked = new AbortController();
    const {signal} = asked;
    more.disabled = true;
    try {
      let answer;
      const fresh = [];
      let from = further ? next : '';
      // A page may be empty and not the last: the gateway looks at a bounded number of rows for each.
      do {
        answer = await json(path(from), {signal});
        fresh.push(...rows(answer));
        from = answer.next || '';
      } while (from && !fresh.length);
      next = from;
      all = further ? [...all, ...fresh] : fresh;
      shown(all);
      failed.clear();
      text(count, all.length || next ? `${number(all.length)} ${word}${next ? ', and there are more' : ''}` : '');
    } catch (e) {
      failed.tell(e);
    } finally {
      if (!signal.aborted) {
        more.disabled = false;
        more.hidden = !next;
      }
    }
  }

  return {
    element,
    load,
    /** Loads anew, unless the reader has gone on to further pages. */
    refresh: () => all.length <= 100 || !next ? load() : undefined,
    stop: () => asked.abort(),
  };
}

/** Calls something once nobody has called this for a moment. */
export function settled(work, afterMs = 200) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), afterMs);
  };
}

/** Writes parameters into the address, without a step in the history. */
export function remember(view, parameters) {
  const given = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
  history.replaceState(null, '', `#/${view}${given.size ? `?${given}` : ''}`);
}
