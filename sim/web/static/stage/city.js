// A city as the stage needs it: streets, the graph they form, bounds, districts, stations, and who is near a point.

import { decodeStreets } from "./binary.js";
import { districtsOf } from "./districts.js";
import { Network, pointOn } from "./network.js";

const CELL_M = 120;

export class City {
  /** @param head of the source; @param buffer its streets */
  constructor(head, buffer) {
    this.head = head;
    this.streets = decodeStreets(buffer);
    this.metre = this.streets.metre;
    this.net = new Network(this.streets);
    this.bounds = boundsOf(this.streets);
    this.districts = districtsOf(this.streets, this.bounds, head.districts);
    this.stations = head.stations || [];
    this.middle = this._middles();
    this._cells = null;
  }

  _middles() {
    const xy = new Float32Array(2 * this.streets.n);
    for (let s = 0; s < this.streets.n; s++) { const p = pointOn(this.net, s, 0.5); xy[2 * s] = p[0]; xy[2 * s + 1] = p[1]; }
    return xy;
  }

  /** Name the street of a segment, null where it has no name. */
  segmentName(s) { return this.streets.head.names[this.streets.name[s]] || null; }

  /** Find the segment next to a point within `reach` units, -1 where none is. */
  segmentAt(wx, wy, reach) {
    const cells = (this._cells ||= this._index()), size = cells.size;
    let best = reach, found = -1;
    const r = Math.ceil(reach / size), cx = Math.floor(wx / size), cy = Math.floor(wy / size);
    if (r > 60) return -1;
    for (let gx = cx - r; gx <= cx + r; gx++) {
      for (let gy = cy - r; gy <= cy + r; gy++) {
        for (const s of cells.at.get(gx * 100003 + gy) || []) {
          const d = this._distance(s, wx, wy);
          if (d < best) { best = d; found = s; }
        }
      }
    }
    return found;
  }

  _index() {
    const { n, x, y, first } = this.streets, size = CELL_M * this.metre, at = new Map();
    for (let s = 0; s < n; s++) {
      for (let p = first[s]; p < first[s + 1] - 1; p++) {
        const gx0 = Math.floor(Math.min(x[p], x[p + 1]) / size), gx1 = Math.floor(Math.max(x[p], x[p + 1]) / size);
        const gy0 = Math.floor(Math.min(y[p], y[p + 1]) / size), gy1 = Math.floor(Math.max(y[p], y[p + 1]) / size);
        for (let gx = gx0; gx <= gx1; gx++) {
          for (let gy = gy0; gy <= gy1; gy++) {
            const key = gx * 100003 + gy, here = at.get(key);
            if (!here) at.set(key, [s]); else if (here[here.length - 1] !== s) here.push(s);
          }
        }
      }
    }
    return { size, at };
  }

  _distance(s, wx, wy) {
    const { x, y, first } = this.streets;
    let best = Infinity;
    for (let p = first[s]; p < first[s + 1] - 1; p++) {
      const dx = x[p + 1] - x[p], dy = y[p + 1] - y[p], l = dx * dx + dy * dy;
      const f = l > 0 ? Math.max(0, Math.min(1, ((wx - x[p]) * dx + (wy - y[p]) * dy) / l)) : 0;
      best = Math.min(best, Math.hypot(wx - x[p] - f * dx, wy - y[p] - f * dy));
    }
    return best;
  }

  /** Give the box around some segments. */
  boxOf(segments) {
    const { x, y, first } = this.streets, box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const s of segments) {
      for (let p = first[s]; p < first[s + 1]; p++) {
        box[0] = Math.min(box[0], x[p]); box[1] = Math.min(box[1], y[p]);
        box[2] = Math.max(box[2], x[p]); box[3] = Math.max(box[3], y[p]);
      }
    }
    return box;
  }
}

function boundsOf({ x, y }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let p = 0; p < x.length; p++) {
    if (x[p] < box[0]) box[0] = x[p];
    if (x[p] > box[2]) box[2] = x[p];
    if (y[p] < box[1]) box[1] = y[p];
    if (y[p] > box[3]) box[3] = y[p];
  }
  return box;
}
