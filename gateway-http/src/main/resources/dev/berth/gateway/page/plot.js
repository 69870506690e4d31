// A small plot on a canvas: the last ten minutes, with a legend that tells the figures under the pointer or of now.

import {h, put, text} from './dom.js';
import {BUCKET_MS} from './live.js';

const GAP = {left: 48, right: 6, top: 8, bottom: 18};

/**
 * @param series [{name, colour: a CSS variable}], the lowest first if they are stacked
 * @param stacked areas upon one another; else lines
 * @param logarithmic the axis; else from zero
 * @param shown writes a figure
 */
export function plot({title, note, series, stacked = false, logarithmic = false, shown}) {
  const canvas = h('canvas', {tabindex: '0', role: 'img', 'aria-label': title});
  const values = series.map(() => h('b', {}, '–'));
  const legend = h('ul', {class: 'legend'}, series.map((each, i) =>
    h('li', {}, h('i', {style: {background: `var(${each.colour})`}}), each.name, values[i])));
  const when = h('p', {}, note);
  const element = h('section', {class: 'panel'}, h('header', {}, h('h2', {}, title), when), h('div', {class: 'plot'}, canvas, legend));
  let rows = series.map(() => []);
  let at = null;
  let ceiling = 0;

  function pointed(event) {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - GAP.left) / (box.width - GAP.left - GAP.right);
    at = share < 0 || share > 1 ? null : Math.round(share * (rows[0].length - 1));
    draw();
  }
  canvas.addEventListener('pointermove', pointed);
  canvas.addEventListener('pointerleave', () => { at = null; draw(); });
  canvas.addEventListener('blur', () => { at = null; draw(); });
  canvas.addEventListener('keydown', event => {
    const step = {ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9}[event.key];
    if (!step) return;
    event.preventDefault();
    const last = rows[0].length - 1;
    at = Math.max(0, Math.min(last, (at ?? last) + step));
    draw();
  });

  /** @param next for each series its values, the oldest first; null where there is none */
  function update(next) {
    rows = next;
    draw();
  }

  function legends() {
    const place = at ?? rows[0].length - 1;
    series.forEach((each, i) => {
      const value = at === null ? lastOf(rows[i]) : rows[i][place];
      text(values[i], value === null || value === undefined ? '–' : shown(value));
    });
    text(when, at === null ? note : `${Math.round((rows[0].length - 1 - place) * BUCKET_MS / 1_000)} s ago`);
    canvas.setAttribute('aria-label', `${title}: ${series.map((each, i) => `${each.name} ${values[i].textContent}`).join(', ')}`);
  }

  function draw() {
    legends();
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext('2d');
    pen.scale(ratio, ratio);
    const style = getComputedStyle(canvas);
    const colour = name => style.getPropertyValue(name).trim();
    const inner = {width: width - GAP.left - GAP.right, height: height - GAP.top - GAP.bottom};
    const count = rows[0].length;
    const x = i => GAP.left + inner.width * i / Math.max(1, count - 1);
    const tops = stacked ? stack(rows) : rows;
    const most = Math.max(...tops.flatMap(row => row.map(value => value ?? 0)), 0);
    const axis = logarithmic ? powers(tops, most) : linear(most, ceiling);
    ceiling = axis.high;
    const y = value => GAP.top + inner.height * (1 - axis.place(value));
    pen.font = `11px ${style.fontFamily}`;
    pen.textBaseline = 'middle';
    for (const mark of axis.marks) {
      pen.strokeStyle = colour('--line');
      pen.beginPath();
      pen.moveTo(GAP.left, Math.round(y(mark)) + 0.5);
      pen.lineTo(width - GAP.right, Math.round(y(mark)) + 0.5);
      pen.stroke();
      pen.fillStyle = colour('--muted');
      pen.textAlign = 'right';
      pen.fillText(shown(mark), GAP.left - 6, y(mark));
    }
    pen.textBaseline = 'alphabetic';
    const minutes = Math.round(count * BUCKET_MS / 60_000);
    pen.textAlign = 'left';
    pen.fillText(`${minutes} min ago`, GAP.left, height - 4);
    pen.textAlign = 'right';
    pen.fillText('now', width - GAP.right, height - 4);
    if (stacked) areas(pen, tops, x, y, colour);
    else lines(pen, rows, x, y, colour);
    if (at !== null) {
      pen.strokeStyle = colour('--muted');
      pen.beginPath();
      pen.moveTo(x(at), GAP.top);
      pen.lineTo(x(at), GAP.top + inner.height);
      pen.stroke();
    }
  }

  function areas(pen, tops, x, y, colour) {
    for (let s = tops.length - 1; s >= 0; s--) {
      pen.fillStyle = colour(series[s].colour);
      pen.beginPath();
      pen.moveTo(x(0), y(0));
      tops[s].forEach((value, i) => pen.lineTo(x(i), y(value)));
      pen.lineTo(x(tops[s].length - 1), y(0));
      pen.fill();
    }
  }

  function lines(pen, all, x, y, colour) {
    all.forEach((row, s) => {
      pen.strokeStyle = pen.fillStyle = colour(series[s].colour);
      pen.lineWidth = 1.5;
      pen.lineJoin = 'round';
      pen.beginPath();
      let drawing = false;
      row.forEach((value, i) => {
        if (value === null) {
          drawing = false;
        } else {
          if (drawing) pen.lineTo(x(i), y(value));
          else pen.moveTo(x(i), y(value));
          // One that stands alone is a dot.
          if (!drawing && (row[i + 1] ?? null) === null) pen.rect(x(i) - 1, y(value) - 1, 2, 2);
          drawing = true;
        }
      });
      pen.stroke();
    });
  }

  return {element, update, redraw: draw};
}

function lastOf(row) {
  for (let i = row.length - 1; i >= Math.max(0, row.length - 5); i--) if (row[i] !== null) return row[i];
  return null;
}

function stack(rows) {
  const tops = [];
  rows.forEach((row, s) => tops.push(row.map((value, i) => (value ?? 0) + (s ? tops[s - 1][i] : 0))));
  return tops;
}

/** From zero to a round figure above the most; it shrinks only when it is far too high, so that the picture does not jump. */
function linear(most, before) {
  const wanted = round(Math.max(most, 1));
  const high = before >= most && before <= wanted * 4 && before > 0 ? before : wanted;
  return {high, marks: [0, high / 2, high], place: value => value / high};
}

function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 10].find(step => step * power >= value) * power;
}

function powers(rows, most) {
  const given = rows.flat().filter(value => value > 0);
  const low = given.length ? 10 ** Math.floor(Math.log10(Math.min(...given))) : 1_000;
  const high = Math.max(low * 10, most > 0 ? 10 ** Math.ceil(Math.log10(most)) : 0);
  const span = Math.log10(high / low);
  const marks = Array.from({length: Math.round(span) + 1}, (_, i) => low * 10 ** i);
  return {high, marks, place: value => Math.log10(Math.max(value, low) / low) / span};
}
