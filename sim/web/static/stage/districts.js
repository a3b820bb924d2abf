// Borders and names of districts. Where the source has no polygons, borders are drawn half-way between the segments of
// neighbouring districts: a raster of who is nearest, its edges joined to lines and smoothed.

const CELLS = 150; // of the longer side
const RELAX = 8; // rounds of smoothing
const REACH = 4; // cells: beyond that from any street there is no border to draw

/** Give `{lines: [[[x, y], …]], names: [{x, y, number, name}]}` in units of the streets. */
export function districtsOf(streets, bounds, given) {
  const names = labels(streets, given);
  if (names.length < 2) return { lines: [], names: [] };
  const polygons = (given || []).flatMap((d) => d.polygons || []);
  if (polygons.length) return { lines: polygons.map((p) => [...p, p[0]]), names };
  return { lines: borders(streets, bounds), names };
}

function labels({ n, x, y, first, district }, given) {
  const sums = new Map();
  for (let s = 0; s < n; s++) {
    if (district[s] < 0) continue;
    const p = (first[s] + first[s + 1]) >> 1, sum = sums.get(district[s]) || [0, 0, 0];
    sum[0] += x[p]; sum[1] += y[p]; sum[2]++;
    sums.set(district[s], sum);
  }
  const named = new Map((given || []).map((d) => [d.number, d.name]));
  return [...sums].map(([number, [sx, sy, k]]) => ({ number, x: sx / k, y: sy / k, name: named.get(number) || null }));
}

function borders({ n, x, y, first, district }, [x0, y0, x1, y1]) {
  const size = Math.max(x1 - x0, y1 - y0, 1) / CELLS;
  const w = Math.ceil((x1 - x0) / size) + 3, h = Math.ceil((y1 - y0) / size) + 3;
  const cell = new Int16Array(w * h).fill(-1);
  let front = [];
  const mark = (px, py, d) => {
    const c = Math.floor((py - y0) / size + 1) * w + Math.floor((px - x0) / size + 1);
    if (cell[c] < 0) { cell[c] = d; front.push(c); }
  };
  for (let s = 0; s < n; s++) {
    if (district[s] < 0) continue;
    for (let p = first[s]; p < first[s + 1] - 1; p++) {
      const steps = 1 + Math.floor(Math.hypot(x[p + 1] - x[p], y[p + 1] - y[p]) / size);
      for (let k = 0; k <= steps; k++) mark(x[p] + ((x[p + 1] - x[p]) * k) / steps, y[p] + ((y[p + 1] - y[p]) * k) / steps, district[s]);
    }
  }
  for (let step = 0; step < REACH; step++) {
    const next = [];
    for (const c of front) {
      const col = c % w;
      for (const [ok, m] of [[col > 0, c - 1], [col < w - 1, c + 1], [c >= w, c - w], [c < w * (h - 1), c + w]]) {
        if (ok && cell[m] < 0) { cell[m] = cell[c]; next.push(m); }
      }
    }
    front = next;
  }
  return join(edges(cell, w, h), w + 1).map((line) => smooth(relaxed(line)).map(([cx, cy]) => [x0 + (cx - 1) * size, y0 + (cy - 1) * size]));
}

/** Edges between cells of different districts, as pairs of corners (corner = row * (w + 1) + column). */
function edges(cell, w, h) {
  const found = [], differ = (a, b) => a >= 0 && b >= 0 && a !== b;
  for (let r = 0; r < h; r++) {
    for (let c = 0; c < w; c++) {
      const at = r * w + c, corner = r * (w + 1) + c;
      if (c + 1 < w && differ(cell[at], cell[at + 1])) found.push([corner + 1, corner + 1 + w + 1]);
      if (r + 1 < h && differ(cell[at], cell[at + w])) found.push([corner + w + 1, corner + w + 2]);
    }
  }
  return found;
}

function join(pairs, w) {
  const at = new Map();
  const add = (a, k) => (at.has(a) ? at.get(a).push(k) : at.set(a, [k]));
  pairs.forEach(([a, b], k) => { add(a, k); add(b, k); });
  const used = new Uint8Array(pairs.length), lines = [];
  const follow = (corner, k) => {
    const line = [corner];
    while (k !== undefined) {
      used[k] = 1;
      corner = pairs[k][0] === corner ? pairs[k][1] : pairs[k][0];
      line.push(corner);
      const here = at.get(corner);
      k = here.length === 2 ? here.find((e) => !used[e]) : undefined;
    }
    lines.push(line.map((c) => [c % w, Math.floor(c / w)]));
  };
  for (const [corner, here] of at) if (here.length !== 2) for (const k of here) if (!used[k]) follow(corner, k);
  pairs.forEach(([a], k) => { if (!used[k]) follow(a, k); });
  return lines.filter((line) => line.length > 3);
}

/** Take the steps of the raster out of a line: each point moves towards its neighbours, ends stay. */
function relaxed(line) {
  let now = line;
  for (let k = 0; k < RELAX; k++) now = now.map(([x, y], i) => (i === 0 || i === now.length - 1 ? [x, y] : [(now[i - 1][0] + 2 * x + now[i + 1][0]) / 4, (now[i - 1][1] + 2 * y + now[i + 1][1]) / 4]));
  return now;
}

/** Cut corners (Chaikin), ends stay. */
function smooth(line) {
  const out = [line[0]];
  for (let k = 0; k + 1 < line.length; k++) {
    const [ax, ay] = line[k], [bx, by] = line[k + 1];
    out.push([0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by], [0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by]);
  }
  out.push(line[line.length - 1]);
  return out;
}
