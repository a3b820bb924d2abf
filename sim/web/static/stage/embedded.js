// A source whose strips lie in the page itself: what sim/web/packing.py packed becomes the strips of an hour again, byte by
// byte as the server would send them, so that the same player shows them.

import { SURFACES } from "./binary.js";

const MIDDLE = 128;

async function inflate(text) {
  const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Whole numbers that were laid out by bytes. */
function whole(bytes) {
  const n = bytes.length / 4, out = new Int32Array(n);
  for (let i = 0; i < n; i++) out[i] = bytes[i] | (bytes[n + i] << 8) | (bytes[2 * n + i] << 16) | (bytes[3 * n + i] << 24);
  return out;
}

/** @param head of the file; @param part gives the text of a part by name */
export function embeddedSource(head, part) {
  const opened = open(head, part);
  return {
    n_hours: head.n_hours,
    head: async () => head,
    streets: async () => (await inflate(part("streets"))).buffer,
    strip: async (side, hour) => makeStrip(await opened, side, hour),
  };
}

async function open(head, part) {
  const read = (name) => inflate(part(name)), numbers = async (name) => whole(await read(name));
  const length = await numbers("path.length"), segment = await numbers("path.segment"), first = new Uint32Array(length.length + 1);
  for (let k = 0; k < length.length; k++) first[k + 1] = first[k] + length[k];
  const all = { head, first, segment, n: head.packed.n_segments, fine: head.packed.fine, sides: {} };
  let other = null;
  for (const side of Object.keys(head.packed.sides)) {
    const one = await openSide(all, side, head.packed.sides[side].heads, other, read, numbers);
    all.sides[side] = one;
    other ||= one;
  }
  return all;
}

async function openSide(all, side, heads, other, read, numbers) {
  const start = await numbers(`${side}.start`), person = await numbers(`${side}.person`), path = await numbers(`${side}.path`);
  for (let k = 1; k < start.length; k++) start[k] += start[k - 1];
  const trips = Array.from(start, (t, k) => [t, person[k], path[k]]), missing = await read(`${side}.missing`);
  if (other) other.trips.forEach((trip, k) => { if (!missing[k]) trips.push(trip); });
  const surfaces = await read(`${side}.surfaces`);
  undo(surfaces, heads.length, all.n, other && other.heads.length === heads.length ? other.surfaces : null);
  return {
    heads, trips, surfaces, byHour: sortByHour(trips, all, heads),
    segment: await numbers(`${side}.officer_segment`), along: await read(`${side}.officer_along`),
    activity: await read(`${side}.officer_activity`), kind: await read(`${side}.officer_kind`),
  };
}

/** Turn differences into values, in place. */
function undo(values, hours, n, other) {
  for (let s = 0; s < SURFACES.length; s++) {
    for (let h = 0; h < hours; h++) {
      const at = (s * hours + h) * n;
      if (other) for (let k = 0; k < n; k++) values[at + k] += other[at + k];
      else if (h > 0) for (let k = 0; k < n; k++) values[at + k] += values[at - n + k];
    }
  }
}

function sortByHour(trips, { first }, heads) {
  const ticks = heads[0].n_ticks, byHour = heads.map(() => []);
  for (const trip of trips) {
    const last = trip[0] + first[trip[2] + 1] - first[trip[2]] - 1;
    for (let h = Math.floor(trip[0] / ticks); h <= Math.floor(last / ticks) && h < heads.length; h++) byHour[h].push(trip);
  }
  return byHour;
}

function makeStrip(all, side, hour) {
  const one = all.sides[side], short = one.heads[hour], ticks = short.n_ticks, officers = short.n_officers, span = ticks * one.heads.length;
  const rows = new Map();
  for (const [, person] of one.byHour[hour]) if (!rows.has(person)) rows.set(person, rows.size);
  const m = rows.size, segment = new Int32Array(ticks * officers), along = new Uint8Array(ticks * officers), activity = new Uint8Array(ticks * officers);
  for (let i = 0; i < officers; i++) {
    for (let t = 0; t < ticks; t++) {
      const from = i * span + hour * ticks + t, to = t * officers + i;
      segment[to] = one.segment[from] - 1; along[to] = Math.min(255, one.along[from] * all.fine + all.fine / 2); activity[to] = one.activity[from];
    }
  }
  const where = new Int32Array(ticks * m).fill(-1);
  for (const [start, person, path] of one.byHour[hour]) {
    for (let p = all.first[path]; p < all.first[path + 1]; p++) {
      const t = start + p - all.first[path] - hour * ticks;
      if (t >= 0 && t < ticks) where[t * m + rows.get(person)] = all.segment[p];
    }
  }
  const surfaces = SURFACES.map((_, s) => one.surfaces.subarray((s * one.heads.length + hour) * all.n, (s * one.heads.length + hour + 1) * all.n));
  const head = { ...one.heads[0], ...short, roles: undefined, n_walkers: m };
  return lay(head, [segment, along, activity, one.kind.subarray(hour * officers, (hour + 1) * officers), Uint32Array.from(rows.keys()), where, new Uint8Array(ticks * m).fill(MIDDLE), ...surfaces]);
}

/** Lay a head and arrays out as the server does. */
function lay(head, arrays) {
  const text = new TextEncoder().encode(JSON.stringify(head)), up = (n) => (n + 3) & ~3;
  const out = new Uint8Array(arrays.reduce((n, a) => up(n) + a.byteLength, up(4 + text.length)));
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  let at = 4 + text.length;
  for (const a of arrays) { at = up(at); out.set(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), at); at += a.byteLength; }
  return out.buffer;
}
