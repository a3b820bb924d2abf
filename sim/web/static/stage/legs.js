// What everybody does between two samples, as lines to walk along: found once for each pair of samples, so that a frame
// only has to look up a point. Runs in a worker (ways_worker.js), or here where there is none.

import { pointOn } from "./network.js";

const TOLERANCE = 20; // units (2 m): a bend smaller than this is not drawn
const MAX_WAYS = 60000; // ways that are kept; a city's people take the same ones every day

export const STAYS = 0, MOVES = 1, COMES = 2, GOES = 3, JUMPS = 4; // what somebody does in the interval

/** Grows by doubling; plain arrays of numbers are slow at a million entries. */
class Floats {
  constructor() { this.a = new Float32Array(4096); this.n = 0; }
  push(v) {
    if (this.n === this.a.length) { const b = new Float32Array(this.n * 2); b.set(this.a); this.a = b; }
    this.a[this.n++] = v;
  }
  done() { return this.a.slice(0, this.n); }
}

export class LegMaker {
  constructor(net) {
    this.net = net;
    this.ways = new Map();
  }

  /**
   * Lay the legs of some agents.
   * @param from,to {segment, along}: where they are at the two samples, -1 out of sight
   * @returns {row, what, first, x, y, d}: agents that are seen, what they do, and their points with the share of the
   * leg (0 to 1) at which each is reached; transferable.
   */
  lay(from, to) {
    const n = from.segment.length, rows = [], what = [], first = [];
    const xs = new Floats(), ys = new Floats(), ds = new Floats();
    const out = { xs, ys, ds };
    for (let i = 0; i < n; i++) {
      const s = from.segment[i], t = to.segment[i];
      if (s < 0 && t < 0) continue;
      rows.push(i); first.push(xs.n);
      if (s < 0) { what.push(COMES); this._stand(t, to.along[i] / 255, out); }
      else if (t < 0) { what.push(GOES); this._stand(s, from.along[i] / 255, out); }
      else what.push(this._go(s, from.along[i] / 255, t, to.along[i] / 255, out));
    }
    first.push(xs.n);
    return {
      row: Int32Array.from(rows), what: Uint8Array.from(what), first: Uint32Array.from(first),
      x: xs.done(), y: ys.done(), d: ds.done(),
    };
  }

  _stand(s, along, { xs, ys, ds }) {
    const [px, py] = pointOn(this.net, s, along);
    xs.push(px); ys.push(py); ds.push(0);
  }

  _go(s, a, t, b, out) {
    const begin = out.xs.n;
    if (s === t && a === b) { this._stand(s, a, out); return STAYS; }
    if (s === t) {
      this._line(s, a, b, out);
    } else {
      const way = this._way(s, a, t, b);
      if (way === null) { this._stand(s, a, out); this._stand(t, b, out); out.ds.a[out.ds.n - 1] = 1; return JUMPS; }
      this._line(s, a, way.exit, out);
      for (const arc of way) { if (arc < 0) this._line(~arc, 1, 0, out); else this._line(arc, 0, 1, out); }
      this._line(t, way.entry, b, out);
    }
    this._share(begin, out);
    return MOVES;
  }

  _way(s, a, t, b) {
    // Which end of a segment one leaves by depends on where one stands; four places along it are told apart.
    const key = (s * 4 + ((a * 3.99) | 0)) * 4 * this.net.n + t * 4 + ((b * 3.99) | 0);
    let way = this.ways.get(key);
    if (way === undefined) {
      way = this.net.way(s, a, t, b);
      if (this.ways.size >= MAX_WAYS) this.ways.clear();
      this.ways.set(key, way);
    }
    return way;
  }

  /** Add the points of a part of a segment, in the direction of going, without bends that nobody sees. */
  _line(s, a, b, out) {
    const { x, y, first, length } = this.net, end = first[s + 1] - 1;
    const p0 = pointOn(this.net, s, a), x0 = p0[0], y0 = p0[1];
    this._point(x0, y0, out);
    const forwards = b >= a, lo = Math.min(a, b) * length[s], hi = Math.max(a, b) * length[s];
    let at = 0;
    const inner = [];
    for (let p = first[s] + 1; p < end; p++) {
      at += Math.hypot(x[p] - x[p - 1], y[p] - y[p - 1]);
      if (at > lo && at < hi) inner.push(p);
    }
    if (!forwards) inner.reverse();
    for (const p of inner) this._point(x[p], y[p], out);
    const p1 = pointOn(this.net, s, b);
    this._point(p1[0], p1[1], out);
  }

  _point(px, py, { xs, ys, ds }) {
    const n = xs.n, start = ds.n;
    // `ds` is filled by `_share`; until then its length marks where this leg begins.
    const k = n - start;
    if (k >= 1 && Math.abs(xs.a[n - 1] - px) < 1 && Math.abs(ys.a[n - 1] - py) < 1) return;
    if (k >= 2) {
      const ax = xs.a[n - 2], ay = ys.a[n - 2], vx = px - ax, vy = py - ay, l = Math.hypot(vx, vy);
      const wx = xs.a[n - 1] - ax, wy = ys.a[n - 1] - ay;
      if (l > 0 && Math.abs(wx * vy - wy * vx) / l < TOLERANCE && wx * vx + wy * vy > 0 && Math.hypot(wx, wy) < l) {
        xs.a[n - 1] = px; ys.a[n - 1] = py;
        return;
      }
    }
    xs.push(px); ys.push(py);
  }

  /** Write at which share of the leg each point is reached, at an even pace. */
  _share(begin, { xs, ys, ds }) {
    let sum = 0;
    ds.push(0);
    for (let p = begin + 1; p < xs.n; p++) {
      sum += Math.hypot(xs.a[p] - xs.a[p - 1], ys.a[p] - ys.a[p - 1]);
      ds.push(sum);
    }
    if (sum > 0) for (let p = begin; p < xs.n; p++) ds.a[p] /= sum;
  }
}

/** Put where a share `f` of the interval finds everybody into `out` {n, row, x, y, dx, dy, alpha}, which is used again. */
export function positions(legs, f, out) {
  const { row, what, first, x, y, d } = legs, n = row.length;
  if (!out.x || out.x.length < n) {
    const size = Math.ceil(n * 1.25) + 16;
    for (const name of ["x", "y", "dx", "dy", "alpha"]) out[name] = new Float32Array(size);
  }
  const cursor = legs.cursor || (legs.cursor = first.slice(0, n));
  out.n = n; out.row = row;
  for (let i = 0; i < n; i++) {
    const kind = what[i], a = first[i], last = first[i + 1] - 1;
    out.alpha[i] = kind === COMES ? Math.max(0, 2 * f - 1) : kind === GOES ? Math.max(0, 1 - 2 * f) : 1;
    if (a === last) { out.x[i] = x[a]; out.y[i] = y[a]; out.dx[i] = 0; out.dy[i] = 0; continue; }
    if (kind === JUMPS) {
      const p = f < 0.5 ? a : last;
      out.x[i] = x[p]; out.y[i] = y[p]; out.dx[i] = 0; out.dy[i] = 0; out.alpha[i] = Math.abs(2 * f - 1);
      continue;
    }
    let p = cursor[i];
    if (d[p] > f) p = a;
    while (p < last - 1 && d[p + 1] < f) p++;
    cursor[i] = p;
    const span = d[p + 1] - d[p], g = span > 0 ? Math.min(1, (f - d[p]) / span) : 0;
    const vx = x[p + 1] - x[p], vy = y[p + 1] - y[p];
    out.x[i] = x[p] + vx * g; out.y[i] = y[p] + vy * g; out.dx[i] = vx; out.dy[i] = vy;
  }
  return out;
}
