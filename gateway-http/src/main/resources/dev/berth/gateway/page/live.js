// What the gateway tells of by itself: the fleet, and the figures of the last minutes. Goes on by itself when it breaks off.

import {open} from './api.js';
import {events} from './events.js';

export const BUCKET_MS = 2_000;
export const BUCKETS = 300;
const LATEST = 40;
// The gateway is heard of each 3 s.
const SILENCE_MS = 12_000;
const PAUSES_MS = [300, 1_000, 2_000, 4_000];

class Live extends EventTarget {
  /** connecting, live, reconnecting, refused */
  connection = 'connecting';
  problem = '';
  /** opening, reading, live, or what is wrong with them */
  figures = 'opening';
  instances = new Map();
  buckets = new Map();
  endings = [];
  lives = [];
  hot = [];
  unfinished = {functions: {}, delayed: 0, cut: false};
  counts = {};
  nowMs = Date.now();
  /** How many events came; tests wait for it. */
  heard = 0;
  #stop = null;
  #drawn = false;

  start() {
    this.pause();
    this.#stop = new AbortController();
    this.#follow(this.#stop.signal);
  }

  /** Hears nothing until it is started again. */
  pause() {
    this.#stop?.abort();
  }

  get paused() {
    return this.#stop?.signal.aborted;
  }

  async #follow(stop) {
    for (let failures = 0; !stop.aborted; failures++) {
      const attempt = new AbortController();
      const ended = () => attempt.abort();
      stop.addEventListener('abort', ended);
      let silence;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(ended, SILENCE_MS);
      };
      heard();
      try {
        const response = await open('/live', {signal: attempt.signal});
        let first = true;
        for await (const news of events(response)) {
          heard();
          if (first) this.#forget();
          first = false;
          failures = 0;
          this.#take(news);
        }
      } catch (e) {
        if (e.name !== 'AbortError') this.problem = e.message;
        if (e.status === 401 || e.status === 403) {
          this.#is('refused');
          return;
        }
      } finally {
        clearTimeout(silence);
        stop.removeEventListener('abort', ended);
      }
      if (stop.aborted) return;
      this.#is('reconnecting');
      await new Promise(done => setTimeout(done, PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]));
    }
  }

  /** A new stream tells everything from the beginning. */
  #forget() {
    this.instances.clear();
    this.#fresh();
  }

  #fresh() {
    this.buckets.clear();
    this.endings = [];
    this.lives = [];
  }

  #take(news) {
    this.nowMs = news.nowMs;
    if (news.fresh) this.#fresh();
    for (const each of news.instances || []) this.instances.set(each.id, each);
    for (const id of news.gone || []) this.instances.delete(id);
    for (const each of news.buckets || []) this.buckets.set(each.number, each);
    const oldest = Math.floor(news.nowMs / BUCKET_MS) - BUCKETS;
    for (const at of this.buckets.keys()) if (at < oldest) this.buckets.delete(at);
    this.endings = latest(news.endings, this.endings);
    this.lives = latest(news.lives, this.lives);
    for (const name of ['hot', 'unfinished', 'counts', 'figures']) if (news[name] !== undefined) this[name] = news[name];
    this.heard++;
    this.problem = '';
    this.#is('live');
  }

  #is(connection) {
    this.connection = connection;
    if (this.#drawn) return;
    this.#drawn = true;
    // As often as the screen is drawn at most; in a tab that is not seen, not at all.
    requestAnimationFrame(() => {
      this.#drawn = false;
      this.dispatchEvent(new Event('change'));
    });
  }
}

function latest(news, before) {
  return news?.length ? [...news.slice().reverse(), ...before].slice(0, LATEST) : before;
}

export const live = new Live();
