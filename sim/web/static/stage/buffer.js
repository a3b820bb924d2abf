// Hours of one side: asked for in the order in which they are wanted, few at a time, and let go when others are nearer.

import { decodeStrip } from "./binary.js";

const AT_ONCE = 2, KEPT = 10, AGAIN_MS = 3000;

export class Buffer {
  /** @param on {came(strip), failed(error, hour)} */
  constructor(source, side, nSegments, nHours, on) {
    Object.assign(this, { source, side, nSegments, nHours, on });
    this.strips = new Map();
    this.waiting = new Map();
    this.wanted = [];
    this.failedAt = new Map();
  }

  get(hour) { return this.strips.get(hour) || null; }

  /** Say which hours are wanted, the most urgent first; what was wanted before and has not begun is forgotten. */
  want(hours) {
    this.wanted = hours.filter((h) => h >= 0 && h < this.nHours && !this.strips.has(h));
    this.near = hours;
    this._next();
  }

  _next() {
    for (const hour of this.wanted) {
      if (this.waiting.size >= AT_ONCE) return;
      if (this.strips.has(hour) || this.waiting.has(hour) || performance.now() - (this.failedAt.get(hour) ?? -Infinity) < AGAIN_MS) continue;
      this.waiting.set(hour, true);
      this.source.strip(this.side, hour).then((buffer) => this._came(hour, buffer), (error) => this._failed(hour, error));
    }
  }

  _came(hour, buffer) {
    this.waiting.delete(hour);
    try {
      this.strips.set(hour, decodeStrip(buffer, this.nSegments));
    } catch (error) { this._failed(hour, error); return; }
    this._forget();
    this.on.came(this.strips.get(hour) || null);
    this._next();
  }

  _failed(hour, error) {
    this.waiting.delete(hour);
    this.failedAt.set(hour, performance.now());
    this.on.failed(error, hour);
    this._next();
  }

  _forget() {
    if (this.strips.size <= KEPT) return;
    const near = new Set(this.near), centre = this.near[0] ?? 0;
    const far = [...this.strips.keys()].filter((h) => !near.has(h)).sort((a, b) => Math.abs(b - centre) - Math.abs(a - centre));
    for (const hour of far) { if (this.strips.size <= KEPT) break; this.strips.delete(hour); }
  }

  clear() { this.strips.clear(); this.wanted = []; this.failedAt.clear(); }
}
