// The streets as a graph: where they meet, and the shortest way between two places on them.
// Ways are found here only to draw what lies between two samples; no rule of the model uses them.

const SPEED = [2.4, 2.0, 1.6, 1.4, 1.2, 1, 0.7, 0.5]; // by street class: people prefer main streets
const MAX_VISITS = 6000;

export class Network {
  constructor({ n, x, y, first, kind }) {
    Object.assign(this, { n, x, y, first, kind });
    this.length = new Float32Array(n);
    this.cost = new Float32Array(n);
    this._measure();
    this._join();
    const nodes = this.nodes;
    this._dist = new Float32Array(nodes);
    this._from = new Int32Array(nodes); // arc by which a junction was reached
    this._seen = new Uint32Array(nodes);
    this._done = new Uint32Array(nodes);
    this._run = 0;
    this._heapKey = new Float32Array(4 * nodes + 16);
    this._heapNode = new Int32Array(4 * nodes + 16);
  }

  _measure() {
    const { x, y, first } = this;
    for (let s = 0; s < this.n; s++) {
      let sum = 0;
      for (let p = first[s] + 1; p < first[s + 1]; p++) sum += Math.hypot(x[p] - x[p - 1], y[p] - y[p - 1]);
      this.length[s] = Math.max(sum, 1);
      this.cost[s] = this.length[s] / (SPEED[this.kind[s]] ?? 1);
    }
  }

  /** Ends of segments that lie on one point are one junction. */
  _join() {
    const { n, x, y, first } = this;
    const at = new Map(), nodeX = [], nodeY = [];
    const node = (p) => {
      const key = x[p] * 4194304 + y[p];
      let found = at.get(key);
      if (found === undefined) { found = nodeX.length; at.set(key, found); nodeX.push(x[p]); nodeY.push(y[p]); }
      return found;
    };
    this.a = new Int32Array(n);
    this.b = new Int32Array(n);
    for (let s = 0; s < n; s++) { this.a[s] = node(first[s]); this.b[s] = node(first[s + 1] - 1); }
    this.nodes = nodeX.length;
    this.nodeX = Float32Array.from(nodeX);
    this.nodeY = Float32Array.from(nodeY);
    const start = (this.start = new Uint32Array(this.nodes + 1));
    for (let s = 0; s < n; s++) { start[this.a[s] + 1]++; start[this.b[s] + 1]++; }
    for (let j = 0; j < this.nodes; j++) start[j + 1] += start[j];
    const next = start.slice(0, this.nodes);
    this.arc = new Int32Array(2 * n); // segment s from a to b as s, from b to a as ~s
    for (let s = 0; s < n; s++) { this.arc[next[this.a[s]]++] = s; this.arc[next[this.b[s]]++] = ~s; }
  }

  /**
   * Find the segments between two places on segments, each 0 to 1 along.
   * @returns {Int32Array|null} arcs in order (s forwards, ~s backwards) without the two ends' own segments, with
   * `exit` and `entry`: the ends (0 or 1) by which the first is left and the last entered; null where no way leads.
   */
  way(from, alongFrom, to, alongTo) {
    const { a, b, cost, start, arc, _dist: dist, _from: back, _seen: seen, _done: done } = this;
    const run = ++this._run;
    const gx = (this.nodeX[a[to]] + this.nodeX[b[to]]) / 2, gy = (this.nodeY[a[to]] + this.nodeY[b[to]]) / 2;
    const fastest = SPEED[0], slack = this.length[to];
    const guess = (j) => Math.max(0, Math.hypot(this.nodeX[j] - gx, this.nodeY[j] - gy) - slack) / fastest;
    this._n = 0;
    const reach = (j, d, by) => {
      if (done[j] === run || (seen[j] === run && dist[j] <= d)) return;
      seen[j] = run; dist[j] = d; back[j] = by;
      this._push(d + guess(j), j);
    };
    const NO_ARC = 0x7fffffff;
    reach(a[from], cost[from] * alongFrom, NO_ARC);
    reach(b[from], cost[from] * (1 - alongFrom), NO_ARC);
    let best = Infinity, goal = -1;
    for (let visits = 0; this._n > 0 && visits < MAX_VISITS; visits++) {
      const key = this._heapKey[0], j = this._pop();
      if (key >= best) break;
      if (done[j] === run) continue;
      done[j] = run;
      if (j === a[to] && dist[j] + cost[to] * alongTo < best) { best = dist[j] + cost[to] * alongTo; goal = j; }
      if (j === b[to] && dist[j] + cost[to] * (1 - alongTo) < best) { best = dist[j] + cost[to] * (1 - alongTo); goal = j; }
      for (let k = start[j]; k < start[j + 1]; k++) {
        const one = arc[k], s = one < 0 ? ~one : one;
        reach(one < 0 ? a[s] : b[s], dist[j] + cost[s], one);
      }
    }
    if (goal < 0) return null;
    const arcs = [];
    let j = goal;
    while (back[j] !== NO_ARC) {
      const one = back[j];
      arcs.push(one);
      j = one < 0 ? b[~one] : a[one];
    }
    const way = Int32Array.from(arcs.reverse());
    way.exit = j === a[from] ? 0 : 1;
    way.entry = goal === a[to] ? 0 : 1;
    return way;
  }

  _push(key, node) {
    const keys = this._heapKey, nodes = this._heapNode;
    let i = this._n++;
    if (i >= keys.length) { this._n--; return; }
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (keys[up] <= key) break;
      keys[i] = keys[up]; nodes[i] = nodes[up]; i = up;
    }
    keys[i] = key; nodes[i] = node;
  }

  _pop() {
    const keys = this._heapKey, nodes = this._heapNode, top = nodes[0], n = --this._n;
    const key = keys[n], node = nodes[n];
    let i = 0;
    for (;;) {
      let c = 2 * i + 1;
      if (c >= n) break;
      if (c + 1 < n && keys[c + 1] < keys[c]) c++;
      if (keys[c] >= key) break;
      keys[i] = keys[c]; nodes[i] = nodes[c]; i = c;
    }
    keys[i] = key; nodes[i] = node;
    return top;
  }
}

/** Give the point a share of the way along a segment, and the direction there, as [x, y, dx, dy]. */
export function pointOn(net, s, along, out = [0, 0, 1, 0]) {
  const { x, y, first } = net;
  let left = net.length[s] * along;
  const last = first[s + 1] - 1;
  for (let p = first[s] + 1; p <= last; p++) {
    const dx = x[p] - x[p - 1], dy = y[p] - y[p - 1], d = Math.hypot(dx, dy);
    if (left <= d || p === last) {
      const f = d > 0 ? Math.min(left / d, 1) : 0;
      out[0] = x[p - 1] + dx * f; out[1] = y[p - 1] + dy * f; out[2] = dx; out[3] = dy;
      return out;
    }
    left -= d;
  }
  out[0] = x[first[s]]; out[1] = y[first[s]];
  return out;
}
