// The two binary forms that the server sends: streets, and an hour of one side (docs/page-protocol.md).
// Arrays are views into the buffer, nothing is copied.

/** @returns {[object, (type, n) => TypedArray]} the JSON head, and a reader of the arrays after it */
function open(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const take = (Type, n) => {
    at = (at + 3) & ~3;
    const values = new Type(buffer, at, n);
    at += values.byteLength;
    return values;
  };
  return [head, take];
}

/** Decode streets; `x` and `y` are decimetres from the south-west corner, y to the north. */
export function decodeStreets(buffer) {
  const [head, take] = open(buffer);
  const { n, points } = head;
  return {
    head, n,
    x: take(Int32Array, points),
    y: take(Int32Array, points),
    first: take(Uint32Array, n + 1),
    kind: take(Uint8Array, n),
    district: take(Int16Array, n),
    name: take(Uint32Array, n),
    metre: 1 / (head.scale_m || 0.1), // units in a metre
  };
}

export const SURFACES = ["presence", "police", "crime", "fear", "satisfied"];

/** Decode an hour of one side. Rows of the two-dimensional arrays are samples. */
export function decodeStrip(buffer, nSegments) {
  const [head, take] = open(buffer);
  const t = head.n_ticks, n = head.n_officers, m = head.n_walkers;
  const strip = {
    head, hour: head.hour, side: head.side, nTicks: t, nOfficers: n, nWalkers: m,
    officers: { segment: take(Int32Array, t * n), along: take(Uint8Array, t * n), activity: take(Uint8Array, t * n) },
    officerKind: take(Uint8Array, n),
    walker: take(Uint32Array, m),
    walkers: { segment: take(Int32Array, t * m), along: take(Uint8Array, t * m) },
    surfaces: {},
    events: head.events || { calls: [], offences: [] },
    bytes: buffer.byteLength,
  };
  for (const name of SURFACES) strip.surfaces[name] = take(Uint8Array, nSegments);
  return strip;
}
