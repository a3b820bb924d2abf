// One clock for one map or two in step. It only passes on: what there is to see at a minute stands in the strips.

import { Buffer } from "./buffer.js";
import { Events } from "./events.js";
import { positions } from "./legs.js";
import { FADES_MIN } from "./signs.js";
import { darkness, dateOf } from "./sun.js";
import { Tracks, Ways } from "./tracks.js";
import { ACTIVITIES, dateWords } from "./words.js";

export const SPEEDS = [1, 2, 5, 10, 30, 60, 180, 360]; // minutes of the city a second
const QUICK = 40; // from this speed on nobody can follow a way: straight lines will do
const PREFETCH_S = 3, LEAST_AHEAD = 2, MOST_AHEAD = 7;
const LONGEST_FRAME_S = 0.25;

export class Player {
  /**
   * @param source see docs/page-protocol.md; @param head its head; @param city a `City`
   * @param workerUrl of a script with `ways_worker`, where modules cannot be loaded
   */
  constructor(source, head, city, { sides = head.sides.map((s) => s.key), minute = 0, speed = 5, workerUrl = null } = {}) {
    Object.assign(this, { source, head, city, speed, playing: false, waiting: false, error: null });
    this.end = head.n_hours * 60;
    this.perHour = Math.round(60 / head.tick_min);
    this.minute = minute;
    this._listeners = new Set();
    this.ways = new Ways(city, workerUrl, () => { if (!this.playing) this._tell(); });
    this.sides = new Map();
    for (const side of sides) this._open(side);
    this._seek();
  }

  _open(side) {
    const events = new Events(this.head.events?.[side]);
    const buffer = new Buffer(this.source, side, this.city.streets.n, this.head.n_hours, {
      came: (strip) => { this.error = null; if (strip && !events.complete) events.add(strip.events, strip.hour); this._tell(); },
      failed: (error) => { this.error = error; this._tell(); },
    });
    this.sides.set(side, { side, events, buffer, tracks: new Tracks(this.city, buffer, this.ways, this.perHour), scene: null, at: [{}, {}], seen: null });
  }

  onChange(f) { this._listeners.add(f); return () => this._listeners.delete(f); }
  _tell() { for (const f of this._listeners) f(this); }

  close() { this.playing = false; this.ways.close(); this._listeners.clear(); }

  play() { if (this.minute >= this.end - 1e-6) this.minute = 0; this.playing = true; this._seek(); this._tell(); }
  pause() { this.playing = false; this._tell(); }
  toggle() { if (this.playing) this.pause(); else this.play(); }
  setSpeed(speed) { this.speed = speed; this._seek(); this._tell(); }
  faster(by) { const k = SPEEDS.findIndex((s) => s >= this.speed); this.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, k + by))]); }

  /** Go to a minute; the last moment stays in view until that hour is there. */
  go(minute) {
    this.minute = Math.max(0, Math.min(this.end, minute));
    this.jumped = true;
    this._seek();
    this._tell();
  }

  /** Go so many samples on, from sample to sample. */
  step(n) { this.pause(); this.go((Math.round(this.minute / this.head.tick_min) + n) * this.head.tick_min); }

  /** Forget all strips: the runs behind them have changed. */
  refresh() { for (const one of this.sides.values()) { one.buffer.clear(); one.tracks.clear(); } this._seek(); }

  /** Say the moment. */
  clock(lang) { return dateWords(dateOf(this.minute, this.head.start), lang); }

  get hour() { return Math.min(this.head.n_hours - 1, Math.floor(this.minute / 60)); }
  get sample() { return Math.max(-1, Math.min(this.head.n_hours * this.perHour - 2, Math.floor(this.minute / this.head.tick_min) - 1)); }

  /** Want the hour of now, the one before where a leg begins in it, and those that play soon. */
  _seek() {
    const now = this.hour, ahead = Math.min(MOST_AHEAD, LEAST_AHEAD + Math.ceil((this.speed * PREFETCH_S) / 60));
    const hours = [now];
    if (this.minute - now * 60 < this.head.tick_min) hours.push(now - 1);
    for (let h = 1; h <= ahead; h++) hours.push(now + h);
    for (const one of this.sides.values()) one.buffer.want(hours);
    this._wanted = now;
  }

  /** Let time pass, in seconds of the reader; returns whether the clock moved. */
  advance(seconds) {
    if (this.hour !== this._wanted) this._seek();
    const ready = this._ready(this.sample);
    const waits = !ready;
    if (waits !== this.waiting) { this.waiting = waits; this._tell(); if (waits) this._seek(); }
    if (!this.playing || !ready) return false;
    const before = this.minute;
    this.minute = Math.min(this.end, this.minute + Math.min(seconds, LONGEST_FRAME_S) * this.speed);
    if (this.minute >= this.end) { this.playing = false; this._tell(); }
    this._prepare();
    return this.minute !== before;
  }

  _ready(k) { return [...this.sides.values()].every((one) => one.buffer.get(this.hour) !== null && one.buffer.get(Math.floor((k + 1) / this.perHour)) !== null); }

  _prepare() {
    if (this.speed > QUICK && this.playing) return;
    for (const one of this.sides.values()) one.tracks.prepare(this.sample, this.sample + 2);
  }

  /** Give what is to be seen on a side now; the last known moment while the hour is on its way, null before any was. */
  scene(side) {
    const one = this.sides.get(side), k = this.sample, strip = one.buffer.get(this.hour);
    if (!strip) return one.scene;
    const legs = one.tracks.at(k, this.playing && this.speed > QUICK);
    if (!legs) return one.scene;
    const share = Math.max(0, Math.min(1, this.minute / this.head.tick_min - 1 - k));
    const walkers = positions(legs.walkers, share, one.at[0]), officers = positions(legs.officers, share, one.at[1]);
    walkers.ids = legs.ids;
    one.scene = this._moment(one, strip, { walkers, officers, legs, share, k });
    return one.scene;
  }

  _moment(one, strip, { walkers, officers, legs, share, k }) {
    const minute = this.minute, h = Math.floor(Math.max(0, k) / this.perHour), held = one.buffer.get(h) || strip;
    const tick = Math.max(0, k) - h * this.perHour, n = strip.nOfficers;
    const day = Math.floor(minute / 1440) * 1440, last = one.buffer.get(strip.hour - 1);
    return {
      side: one.side, minute, share, walkers, officers, officerLegs: legs.officers,
      roles: strip.head.kinds || this.head.roles, kinds: strip.officerKind, activityNames: strip.head.activities || Object.keys(ACTIVITIES),
      scales: strip.head.scales || this.head.scales || {},
      activities: held === strip || held.nOfficers === n ? held.officers.activity.subarray(tick * n, tick * n + n) : new Uint8Array(n),
      surfaces: (last || strip).surfaces, // those of the end of the hour before, as far as they are at hand
      calls: strip.events.calls.filter((c) => c.minute <= minute && (c.ended === null || c.ended === undefined || c.ended + FADES_MIN > minute)),
      offences: strip.events.offences.filter((o) => o.minute <= minute && o.minute >= day),
      darkness: darkness(minute, this.head.start, this.head.latitude ?? undefined),
    };
  }

  /** Give the offences of a side that happened since the last frame, as long as time ran on by itself. */
  fresh(side, scene) {
    const one = this.sides.get(side), before = one.seen;
    one.seen = this.minute;
    if (this.jumped || before === null || !this.playing) { return []; }
    return scene.offences.filter((o) => o.minute > before && o.minute <= this.minute).map((o) => o.row);
  }

  /** Call once a frame, after all scenes were asked for. */
  settled() { this.jumped = false; }
}

