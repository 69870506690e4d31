// Which view is shown: the part of the address behind #.

import {callerDialog} from './callerdialog.js';
import {h, put, text} from './dom.js';
import {shortcuts} from './keyboard.js';
import {live} from './live.js';
import {next, show} from './theme.js';
import {deadLetters} from './views/deadletters.js';
import {functionView, functions} from './views/functions.js';
import {instanceView} from './views/instance.js';
import {invocation} from './views/invocation.js';
import {jobs} from './views/jobs.js';
import {keyView} from './views/key.js';
import {keys} from './views/keys.js';
import {overview} from './views/overview.js';
import {replays} from './views/replays.js';
import {triggers} from './views/triggers.js';

/** Those of the navigation. A view is called with its place, what follows its name, and parameters; it may return what ends it. */
const VIEWS = [
  {name: 'overview', letter: 'o', title: 'Overview', show: overview},
  {name: 'keys', letter: 'k', title: 'Keys', show: keys},
  {name: 'invocation', letter: 'i', title: 'Invocation', show: invocation},
  {name: 'jobs', letter: 'j', title: 'Jobs', show: jobs},
  {name: 'functions', letter: 'f', title: 'Functions', show: functions},
  {name: 'triggers', letter: 'e', title: 'Triggers', show: triggers},
  {name: 'replays', letter: 'r', title: 'Replays', show: replays},
  {name: 'dead-letters', letter: 'd', title: 'Dead letters', show: deadLetters},
].map(view => ({...view, path: `#/${view.name}`}));

/** Those one comes to by a link, and under which of the navigation they are. */
const DEEPER = {
  instance: {title: 'Instance', under: 'overview', show: instanceView},
  key: {title: 'Key', under: 'keys', show: keyView},
  function: {title: 'Function', under: 'functions', show: functionView},
};

const main = document.getElementById('main');
const links = VIEWS.map(view => h('a', {href: view.path}, view.title, h('kbd', {'aria-hidden': 'true'}, `g ${view.letter}`)));
document.getElementById('nav').append(...links);
let leave = null;

function route(moved) {
  const [path, parameters = ''] = (location.hash.slice(1) || '/overview').split('?');
  const [name, ...rest] = path.split('/').filter(Boolean).map(part => decodeURIComponent(part));
  const view = VIEWS.find(each => each.name === name) || DEEPER[name] || VIEWS[0];
  const under = view.under || view.name;
  links.forEach((link, i) => {
    if (VIEWS[i].name === under) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  });
  links[VIEWS.findIndex(each => each.name === under)].scrollIntoView({block: 'nearest', inline: 'nearest'});
  leave?.();
  leave = null;
  put(main);
  document.title = `${rest[0] ? `${rest[0]} · ` : ''}${view.title} · Berth`;
  try {
    leave = view.show(main, rest[0], new URLSearchParams(parameters)) || null;
  } catch (e) {
    put(main, h('p', {class: 'notice bad', role: 'alert'}, `This view cannot be shown: ${e.message}. Load the page anew; if it stays so, the gateway and the page are of different versions.`));
    console.error(e);
  }
  if (moved) main.focus({preventScroll: true});
  scrollTo(0, 0);
}

function connection() {
  const place = document.getElementById('connection');
  place.dataset.state = live.connection;
  const figures = live.figures === 'live' ? '' : ` · ${{opening: 'reading the last minutes', reading: 'reading the last minutes'}[live.figures] || live.figures}`;
  text(place, {
    connecting: 'Connecting',
    live: `Live${figures}`,
    reconnecting: 'Reconnecting',
    refused: 'An API key is wanted',
  }[live.connection]);
  place.title = live.problem;
}

callerDialog(() => {
  live.start();
  route(false);
});
document.getElementById('theme').addEventListener('click', next);
show();
shortcuts(VIEWS);
live.addEventListener('change', connection);
addEventListener('hashchange', () => route(true));
// A page that nobody sees holds no connection: a browser has six for a gateway, which other tabs need.
let unseen;
document.addEventListener('visibilitychange', () => {
  clearTimeout(unseen);
  if (document.hidden) unseen = setTimeout(() => live.pause(), 10_000);
  else if (live.paused) live.start();
});
addEventListener('pagehide', () => live.pause());
addEventListener('pageshow', event => { if (event.persisted) live.start(); });
connection();
route(false);
live.start();
