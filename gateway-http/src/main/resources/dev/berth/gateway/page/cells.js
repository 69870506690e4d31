// The containers of an instance as cells on a canvas. Shape and colour say the state: full is busy, pale is idle, half is starting,
// hollow is prewarmed.

const SIZES = [[60, 11, 3], [240, 8, 2], [1_000, 5, 2], [Infinity, 3, 1]];
const STATES = ['busy', 'idle', 'starting', 'prewarmed'];

/** Which cells there are: [{state, of}], those of a function together. */
export function cellsOf(instance) {
  const cells = [];
  const add = (count, state, of) => { for (let i = 0; i < count; i++) cells.push({state, of}); };
  for (const warm of instance.warm || []) {
    add(warm.busy, 'busy', warm.function);
    add(warm.idle, 'idle', warm.function);
  }
  for (const kept of instance.prewarmed || []) {
    add(kept.ready, 'prewarmed', `${kept.runtime}, ${kept.memoryMb} MB`);
    add(kept.underway, 'starting', `${kept.runtime}, ${kept.memoryMb} MB`);
  }
  // Those of other tenants are counted and not named.
  const rest = (instance.load?.containers || 0) - cells.length;
  add(Math.max(0, rest), 'idle', 'others');
  return cells;
}

/** How many cells of each state there are, in words. */
export function told(cells) {
  return STATES.map(state => [cells.filter(cell => cell.state === state).length, state])
    .filter(([count]) => count).map(([count, state]) => `${count} ${state}`).join(', ') || 'none';
}

/** Draws cells, and gives the canvas the height they need. */
export function draw(canvas, cells) {
  const width = canvas.clientWidth;
  if (!width) return;
  const [, size, gap] = SIZES.find(([most]) => cells.length <= most);
  const columns = Math.max(1, Math.floor((width + gap) / (size + gap)));
  const height = Math.max(1, Math.ceil(cells.length / columns)) * (size + gap);
  const ratio = window.devicePixelRatio || 1;
  canvas.style.setProperty('height', `${height}px`);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colours = Object.fromEntries(STATES.map(state => [state, style.getPropertyValue(`--${state}`).trim()]));
  cells.forEach((cell, i) => {
    const x = (i % columns) * (size + gap);
    const y = Math.floor(i / columns) * (size + gap);
    pen.fillStyle = pen.strokeStyle = colours[cell.state];
    if (cell.state === 'prewarmed') {
      pen.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
    } else if (cell.state === 'starting') {
      pen.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
      pen.beginPath();
      pen.moveTo(x, y + size);
      pen.lineTo(x, y);
      pen.lineTo(x + size, y);
      pen.fill();
    } else {
      pen.fillRect(x, y, size, size);
    }
  });
  canvas.cellAt = (left, top) => {
    const column = Math.floor(left / (size + gap));
    return column < columns ? cells[Math.floor(top / (size + gap)) * columns + column] : undefined;
  };
}
