// Shortcuts, and the dialog that lists them.

import {h} from './dom.js';
import {next} from './theme.js';

const GO_MS = 1_500;

/** @param views [{letter, title, path}] */
export function shortcuts(views) {
  let goSince = 0;
  const list = help(views);
  document.getElementById('help').addEventListener('click', () => list.showModal());
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const typing = event.target.matches('input, textarea, select');
    if (event.key === 'Escape' && typing) {
      event.target.blur();
      return;
    }
    if (typing) return;
    const view = performance.now() - goSince < GO_MS && views.find(each => each.letter === event.key);
    goSince = 0;
    if (view) location.hash = view.path;
    else if (event.key === 'g') goSince = performance.now();
    else if (event.key === '?') list.showModal();
    else if (event.key === 't') next();
    else if (event.key === '/') {
      const search = document.querySelector('main input[type=search]');
      if (search) {
        search.focus();
      } else {
        addEventListener('hashchange', () => document.querySelector('main input[type=search]').focus(), {once: true});
        location.hash = '#/keys';
      }
    } else if (event.key === 'j' || event.key === 'k') step(event.key === 'j' ? 1 : -1);
    else return;
    event.preventDefault();
  });
}

/** To the next link of the content, or the one before. */
function step(by) {
  const links = [...document.querySelectorAll('main a, main .tile')].filter(link => link.offsetParent);
  const now = links.indexOf(document.activeElement);
  links[now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, now + by))]?.focus();
}

function help(views) {
  const line = (keys, what) => [h('dt', {}, keys.map(each => h('kbd', {}, each))), h('dd', {}, what)];
  const dialog = h('dialog', {'aria-labelledby': 'help-title', id: 'help-dialog'},
    h('div', {},
      h('h2', {id: 'help-title'}, 'Keyboard'),
      h('dl', {class: 'keys'},
        views.map(each => line(['g', each.letter], each.title)),
        line(['/'], 'Search'),
        line(['j', 'k'], 'Next and previous link'),
        line(['←', '→'], 'Along a plot that has the focus'),
        line(['t'], 'Light, dark, or as the system has it'),
        line(['Esc'], 'Leave a field, close a dialog'),
        line(['?'], 'This list')),
      h('div', {class: 'row'}, h('button', {type: 'button', class: 'main', onclick: () => dialog.close()}, 'Close'))));
  document.body.append(dialog);
  return dialog;
}
