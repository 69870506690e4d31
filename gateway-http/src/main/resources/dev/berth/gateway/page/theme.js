// Light, dark, or as the system has it.

import {text} from './dom.js';

const ORDER = ['auto', 'light', 'dark'];
const KEY = 'berth.theme';

/** Told when colours are others. */
export const theme = new EventTarget();

export function chosen() {
  return localStorage.getItem(KEY) || 'auto';
}

export function choose(name) {
  if (name === 'auto') {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(KEY, name);
    document.documentElement.dataset.theme = name;
  }
  show();
  theme.dispatchEvent(new Event('change'));
}

export function next() {
  choose(ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length]);
}

export function show() {
  const button = document.getElementById('theme');
  const name = chosen();
  text(button, `${{auto: '◐', light: '○', dark: '●'}[name]} ${name[0].toUpperCase()}${name.slice(1)}`);
  button.title = `Theme: ${name}. Click for ${ORDER[(ORDER.indexOf(name) + 1) % ORDER.length]} (t)`;
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme.dispatchEvent(new Event('change')));
