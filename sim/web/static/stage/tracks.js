// The legs of one side by interval between two samples: found ahead by the worker, kept while they are near.

import { JUMPS, LegMaker, MOVES, STAYS, COMES, GOES } from "./legs.js";

const KEPT = 10, ASKED = 3;

/** Start the worker that finds ways, or null where a browser has none (then they are found between frames). */
export function startWays(streets, url) {
  const { n, x, y, first, kind } = streets;
  try {
    const worker = url ? new Worker(url) : new Worker(new URL("./ways_worker.js", import.meta.url), { type: "module" });
    worker.postMessage({ streets: { n, x, y, first, kind } });
    return worker;
  } catch { return null; }
}

export class Ways {
  /** One worker for all sides; @param told called when ways came. */
  constructor(city, url, told) {
    this.told = told;
    this.city = city;
    this.asked = new Map();
    this.worker = startWays(city.streets, url);
    if (this.worker) {
      this.worker.onmessage = ({ data }) => { const f = this.asked.get(data.key); this.asked.delete(data.key); f?.(data.legs); this.told(); };
      this.worker.onerror = (event) => { event.preventDefault?.(); this.worker = null; this.asked.clear(); };
    }
  }

  get busy() { return this.asked.size >= ASKED; }

  ask(key, groups, answer) {
    if (this.worker) { this.asked.set(key, answer); this.worker.postMessage({ key, groups }); return; }
    this.maker ||= new LegMaker(this.city.net);
    this.asked.set(key, answer);
    setTimeout(() => { this.asked.delete(key); answer(groups.map(([a, b]) => this.maker.lay(a, b))); this.told(); }, 0);
  }

  close() { this.worker?.terminate(); this.worker = null; this.asked.clear(); }
}

export class Tracks {
  constructor(city, buffer, ways, perHour) {
    Object.assign(this, { city, buffer, ways, perHour });
    this.legs = new Map();
    this.straight = new Map();
    this.version = 0;
  }

  clear() { this.legs.clear(); this.straight.clear(); this.version++; }

  /** Tell whether both samples of an interval are at hand. */
  known(k) {
    const a = Math.floor(Math.max(k, 0) / this.perHour), b = Math.floor((k + 1) / this.perHour);
    return this.buffer.get(b) !== null && (this.buffer.get(a) !== null || k < 0);
  }

  /** Give the legs of the interval after sample `k`; straight ones where the ways are not found yet, or not wanted. */
  at(k, quick) {
    const found = this.legs.get(k);
    if (found) return found;
    if (!quick) this._ask(k);
    return this._lay(k);
  }

  /** Ask for intervals ahead. */
  prepare(from, to) { for (let k = from; k <= to && !this.ways.busy; k++) this._ask(k); }

  _ask(k) {
    const key = `${this.buffer.side}:${this.version}:${k}`;
    if (this.legs.has(k) || this.ways.asked.has(key) || this.ways.busy) return;
    const pair = this._pair(k);
    if (!pair || !pair.whole) return;
    const version = this.version;
    this.ways.ask(key, [[pair.walkers.from, pair.walkers.to], [pair.officers.from, pair.officers.to]], ([walkers, officers]) => {
      if (version !== this.version) return;
      keep(this.legs, k, { walkers, officers, ids: pair.walkers.ids });
    });
  }

  _lay(k) {
    const known = this.straight.get(k);
    if (known) return known;
    const pair = this._pair(k);
    if (!pair) return null;
    const made = { walkers: straightLegs(this.city, pair.walkers), officers: straightLegs(this.city, pair.officers), ids: pair.walkers.ids, isStraight: true };
    if (pair.whole) keep(this.straight, k, made);
    return made;
  }

  /** Both samples of an interval; walkers are put side by side by who they are, for rows differ from hour to hour. */
  _pair(k) {
    const t = this.perHour, h = Math.floor((k + 1) / t), later = this.buffer.get(h);
    if (!later) return null;
    const j = k + 1 - h * t;
    const earlier = j > 0 ? later : this.buffer.get(h - 1);
    const i = j > 0 ? j - 1 : t - 1;
    const officers = { to: sample(later.officers, later.nOfficers, j) };
    officers.from = earlier && earlier.nOfficers === later.nOfficers ? sample(earlier.officers, earlier.nOfficers, i) : officers.to;
    return { officers, walkers: matchWalkers(earlier, i, later, j), whole: earlier !== null || h === 0 };
  }
}

function keep(map, k, value) {
  map.delete(k);
  map.set(k, value);
  if (map.size > KEPT) map.delete(map.keys().next().value);
}

const sample = ({ segment, along }, n, k) => ({ segment: segment.slice(k * n, k * n + n), along: along.slice(k * n, k * n + n) });

/** Give the walkers seen at either of two samples: {from, to, ids}. */
export function matchWalkers(earlier, i, later, j) {
  const ids = [], from = [], fromAlong = [], to = [], toAlong = [];
  const add = (id, s, a, t, b) => { ids.push(id); from.push(s); fromAlong.push(a); to.push(t); toAlong.push(b); };
  const m = later.nWalkers, w = later.walkers, at = j * m;
  if (!earlier) {
    for (let r = 0; r < m; r++) if (w.segment[at + r] >= 0) add(later.walker[r], w.segment[at + r], w.along[at + r], w.segment[at + r], w.along[at + r]);
  } else if (earlier === later) {
    const back = i * m;
    for (let r = 0; r < m; r++) {
      const s = w.segment[back + r], t = w.segment[at + r];
      if (s >= 0 || t >= 0) add(later.walker[r], s, w.along[back + r], t, w.along[at + r]);
    }
  } else {
    const n = earlier.nWalkers, v = earlier.walkers, back = i * n, rows = new Map();
    for (let r = 0; r < n; r++) if (v.segment[back + r] >= 0) rows.set(earlier.walker[r], r);
    for (let r = 0; r < m; r++) {
      const id = later.walker[r], t = w.segment[at + r], q = rows.get(id);
      if (q !== undefined) { rows.delete(id); add(id, v.segment[back + q], v.along[back + q], t, w.along[at + r]); }
      else if (t >= 0) add(id, -1, 0, t, w.along[at + r]);
    }
    for (const [id, r] of rows) add(id, v.segment[back + r], v.along[back + r], -1, 0);
  }
  const pack = (s, a) => ({ segment: Int32Array.from(s), along: Uint8Array.from(a) });
  return { from: pack(from, fromAlong), to: pack(to, toAlong), ids: Uint32Array.from(ids) };
}

/** Lay legs without ways: straight from middle to middle, for times so quick that nobody sees the difference. */
function straightLegs({ middle, metre }, { from, to }) {
  const row = [], what = [], first = [], x = [], y = [], d = [];
  const point = (s, share) => { x.push(middle[2 * s]); y.push(middle[2 * s + 1]); d.push(share); };
  for (let i = 0; i < from.segment.length; i++) {
    const s = from.segment[i], t = to.segment[i];
    if (s < 0 && t < 0) continue;
    row.push(i); first.push(x.length);
    if (s < 0 || t < 0) { what.push(s < 0 ? COMES : GOES); point(Math.max(s, t), 0); continue; }
    if (s === t) { what.push(STAYS); point(s, 0); continue; }
    const far = Math.hypot(middle[2 * s] - middle[2 * t], middle[2 * s + 1] - middle[2 * t + 1]) > 4000 * metre;
    what.push(far ? JUMPS : MOVES); point(s, 0); point(t, 1);
  }
  first.push(x.length);
  return { row: Int32Array.from(row), what: Uint8Array.from(what), first: Uint32Array.from(first), x: Float32Array.from(x), y: Float32Array.from(y), d: Float32Array.from(d) };
}
