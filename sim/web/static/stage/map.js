// One living map: a ground that is drawn again when the view or a surface changes, and a layer of agents drawn each frame.

import { LIT, PAPER } from "./colours.js";
import { listen } from "./gestures.js";
import { addSegment, drawStation, FONT, Ground } from "./ground.js";
import { Walkers } from "./people.js";
import { drawCalls, drawOffences, drawOfficers, drawRings, FLASH_MS, ringOf, scatter } from "./signs.js";

const QUICK_MS = 14; // a ground that takes longer is moved as a picture while the view moves, and drawn anew at rest
const REST_MS = 90;
const REACH_PX = { officer: 11, call: 12, offence: 8, resident: 7, segment: 9 };
const WALKER_M = 3; // walkers keep to their side of the street

export class StageMap {
  /** @param element an empty element with a size; @param on {pick(what), hover(what, x, y)}, `what` null or {kind, row, …} */
  constructor(element, city, camera, on = {}) {
    Object.assign(this, { element, city, camera, on });
    this.ground = new Ground(city);
    this.lower = this._canvas("stage-ground");
    this.night = element.appendChild(Object.assign(document.createElement("div"), { className: "stage-night" }));
    this.upper = this._canvas("stage-agents");
    this.walkers = new Walkers();
    this.lit = { segments: null, officers: new Set(), residents: new Set() };
    this.hovered = null;
    this.flashes = new Map();
    this.at = { walkers: {}, officers: {} };
    this.look = { surface: null, walkers: true, officers: true, calls: true, offences: true, night: false, lang: "en" };
    this.stale = true;
    this.moved = -Infinity;
    this.cost = 0;
    this._stops = [
      camera.onChange(() => { this.stale = true; this.moved = performance.now(); this.on.view?.(); }),
      listen(element, camera, {
        hover: (x, y) => this._hover(x, y),
        leave: () => this._hover(-1e6, -1e6),
        click: (x, y) => this.on.pick?.(this.atPoint(x, y)),
      }),
    ];
    this._sizes = new ResizeObserver(() => this.resize());
    this._sizes.observe(element);
    this.resize();
  }

  close() { this._sizes.disconnect(); for (const stop of this._stops) stop(); this.element.replaceChildren(); }

  _canvas(name) {
    const canvas = document.createElement("canvas");
    canvas.className = name;
    canvas.setAttribute("aria-hidden", "true");
    this.element.appendChild(canvas);
    // Drawn by the processor everywhere: pixels are written each frame, and this page must do without a GPU.
    return canvas.getContext("2d", { willReadFrequently: true, alpha: name !== "stage-ground" });
  }

  resize() {
    const box = this.element.getBoundingClientRect(), w = Math.round(box.width), h = Math.round(box.height);
    if (w < 2 || h < 2) return;
    this.dpr = Math.min(window.devicePixelRatio || 1, 2);
    for (const ctx of [this.lower, this.upper]) {
      const canvas = ctx.canvas;
      const width = Math.round(w * this.dpr), height = Math.round(h * this.dpr);
      if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; this.stale = true; }
    }
    this.camera.resize(w, h);
  }

  /** Change what is shown: surface, walkers, officers, calls, offences, night, lang. */
  set(look) {
    if (Object.keys(look).every((k) => this.look[k] === look[k])) return;
    Object.assign(this.look, look);
    this.stale = true;
  }

  /** Light up segments, officers and residents, by row; without an argument nothing is lit. */
  highlight({ segments = [], officers = [], residents = [] } = {}) {
    let path = null;
    if (segments.length) { path = new Path2D(); for (const s of segments) if (s >= 0 && s < this.city.streets.n) addSegment(path, this.city.streets, s); }
    this.lit = { segments: path, rows: segments, officers: new Set(officers), residents: new Set(residents) };
    this.marked = true;
  }

  /** Let new offences flash. */
  flash(rows, now) { for (const row of rows) this.flashes.set(row, now); if (rows.length) this.flashed = now; }

  isFlashing(now) { return now - (this.flashed ?? -Infinity) < FLASH_MS; }

  /** Draw a moment: see `Player.scene`. */
  draw(scene, now = performance.now()) {
    this.scene = scene;
    if (!this.dpr) return;
    this._drawGround(scene, now);
    const dark = this.look.night ? scene.darkness : 0;
    if (dark !== this.dark) { this.dark = dark; this.night.style.opacity = String(0.62 * dark); }
    const ctx = this.upper, zoom = Math.min(1.8, Math.max(0.8, 0.75 + 0.9 * Math.sqrt(this.camera.scale * this.camera.metre)));
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    this._drawWalkers(ctx, scene, zoom, dark);
    ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    for (const [x, y] of this.city.stations) drawStation(ctx, ...this.camera.toScreen(x, y), 7);
    this._drawLit(ctx);
    const place = (s) => this.camera.toScreen(this.city.middle[2 * s], this.city.middle[2 * s + 1]);
    if (this.look.offences) drawOffences(ctx, scene.offences, place, zoom, this.flashes, now);
    if (this.look.calls) drawCalls(ctx, scene.calls, scene.minute, place, zoom);
    this._placeOfficers(scene);
    if (this.look.officers) drawOfficers(ctx, this.at.officers, scene.officerLegs, scene.share, scene.roles, scene.kinds, this.camera, zoom);
    this._drawMarked(ctx, place, zoom);
    if (this.flashes.size > 500) this.flashes.clear();
  }

  _drawGround(scene, now) {
    const values = this.look.surface ? scene.surfaces?.[this.look.surface] : null;
    if (values !== this.values) { this.values = values; this.stale = true; }
    if (!this.stale) return;
    const canvas = this.lower.canvas;
    if (this.cost > QUICK_MS && this.drawn && now - this.moved < REST_MS) {
      const { x, y, scale, width, height } = this.camera, k = scale / this.drawn.scale;
      const dx = (this.drawn.x - x) * scale, dy = (y - this.drawn.y) * scale;
      canvas.style.transform = `translate(${dx + (width / 2) * (1 - k)}px, ${dy + (height / 2) * (1 - k)}px) scale(${k})`;
      return;
    }
    const begin = performance.now();
    this.ground.draw(this.lower, this.camera, this.dpr, { surface: this.look.surface, values, lang: this.look.lang });
    this.cost = performance.now() - begin;
    canvas.style.transform = "";
    this.drawn = { x: this.camera.x, y: this.camera.y, scale: this.camera.scale };
    this.stale = false;
  }

  _drawWalkers(ctx, scene, zoom, dark) {
    const out = this.at.walkers, from = scene.walkers, n = this.look.walkers ? from.n : 0;
    if (!out.x || out.x.length < n) for (const name of ["x", "y"]) out[name] = new Float32Array(Math.ceil(n * 1.25) + 16);
    const { x, y, scale, width, height, metre } = this.camera, d = this.dpr, k = scale * d;
    const cx = (width / 2) * d - x * k, cy = (height / 2) * d + y * k, side = WALKER_M * metre * k;
    for (let i = 0; i < n; i++) {
      let px = from.x[i] * k + cx, py = cy - from.y[i] * k;
      const dx = from.dx[i], dy = from.dy[i];
      if (side > 0.4 && (dx !== 0 || dy !== 0)) {
        const l = side / Math.hypot(dx, dy) * (0.6 + (from.row[i] % 5) * 0.15);
        px += dy * l; py += dx * l; // to the right of the way
      }
      out.x[i] = px; out.y[i] = py;
    }
    out.n = n; out.row = from.row; out.alpha = from.alpha; out.ids = from.ids;
    this.walkers.draw(ctx, out, 1.25 * zoom * d, dark > 0.5 ? PAPER.walker_night : PAPER.walker, 0.72);
  }

  _placeOfficers({ officers: from }) {
    const out = this.at.officers, n = from.n;
    if (!out.x || out.x.length < n) for (const name of ["x", "y", "px", "py"]) out[name] = new Float32Array(Math.ceil(n * 1.25) + 16);
    const c = this.camera, shift = [0, 0];
    for (let i = 0; i < n; i++) {
      scatter(from.row[i], shift);
      out.px[i] = (from.x[i] - c.x) * c.scale + c.width / 2; out.py[i] = c.height / 2 - (from.y[i] - c.y) * c.scale;
      out.x[i] = out.px[i] + shift[0]; out.y[i] = out.py[i] + shift[1];
    }
    out.n = n; out.row = from.row; out.alpha = from.alpha;
  }

  _drawLit(ctx) {
    const hover = this.hovered?.kind === "segment" ? this.hovered.row : -1;
    if (!this.lit.segments && hover < 0) return;
    const c = this.camera, path = (p, width, colour) => {
      ctx.save();
      ctx.transform(c.scale, 0, 0, -c.scale, c.width / 2 - c.x * c.scale, c.height / 2 + c.y * c.scale);
      ctx.lineCap = "round"; ctx.lineWidth = width / c.scale; ctx.strokeStyle = colour; ctx.stroke(p);
      ctx.restore();
    };
    if (this.lit.segments) { path(this.lit.segments, 7, PAPER.ink); path(this.lit.segments, 4.5, LIT); }
    if (hover >= 0) { const one = new Path2D(); addSegment(one, this.city.streets, hover); path(one, 5, PAPER.ink); path(one, 2.5, PAPER.halo); }
  }

  _drawMarked(ctx, place, zoom) {
    const { officers, walkers } = this.at, points = [], small = [], hover = this.hovered;
    for (let i = 0; i < officers.n; i++) if (this.lit.officers.has(officers.row[i])) points.push([officers.x[i], officers.y[i]]);
    if (this.lit.residents.size) for (let i = 0; i < walkers.n; i++) if (this.lit.residents.has(walkers.ids[walkers.row[i]])) small.push([walkers.x[i] / this.dpr, walkers.y[i] / this.dpr]);
    drawRings(ctx, points, 9 * zoom);
    drawRings(ctx, small, 6 * zoom);
    if (!hover || hover.kind === "segment") return;
    const at = this._where(hover, place);
    if (at) drawRings(ctx, [at], 9 * zoom, PAPER.halo);
  }

  _where(what, place) {
    if (what.kind === "call" || what.kind === "offence") return place(what.segment);
    const group = what.kind === "officer" ? this.at.officers : this.at.walkers, d = what.kind === "officer" ? 1 : this.dpr;
    for (let i = 0; i < group.n; i++) if ((what.kind === "officer" ? group.row[i] : group.ids[group.row[i]]) === what.row) return [group.x[i] / d, group.y[i] / d];
    return null;
  }

  _hover(x, y) {
    const what = this.atPoint(x, y);
    if (what?.row !== this.hovered?.row || what?.kind !== this.hovered?.kind) this.marked = true;
    this.hovered = what;
    this.element.classList.toggle("stage-over", what !== null);
    this.on.hover?.(what, x, y);
  }

  /** Find what is drawn at a point: officer, call, offence, resident on the way, or segment. */
  atPoint(x, y) {
    const scene = this.scene;
    if (!scene || x < 0 || y < 0 || x > this.camera.width || y > this.camera.height) return null;
    const place = (s) => this.camera.toScreen(this.city.middle[2 * s], this.city.middle[2 * s + 1]);
    return this._officerAt(x, y, scene) || this._eventAt(x, y, scene, place) || this._residentAt(x, y) || this._segmentAt(x, y);
  }

  _officerAt(x, y, scene) {
    if (!this.look.officers) return null;
    const i = nearest(this.at.officers, x, y, REACH_PX.officer, 1);
    if (i < 0) return null;
    const row = this.at.officers.row[i];
    return { kind: "officer", row, role: scene.roles[scene.kinds[row]], activity: scene.activities[row] };
  }

  _eventAt(x, y, scene, place) {
    const near = (one, reach) => { const [px, py] = place(one.segment); return Math.hypot(px - x, py - y) <= reach; };
    const call = this.look.calls && scene.calls.find((one) => { const ring = ringOf(one, scene.minute); return ring.fade > 0 && near(one, Math.max(REACH_PX.call, ring.radius)); });
    if (call) return { kind: "call", ...call };
    const offence = this.look.offences && scene.offences.find((one) => near(one, REACH_PX.offence));
    return offence ? { kind: "offence", ...offence } : null;
  }

  _residentAt(x, y) {
    const i = nearest(this.at.walkers, x, y, REACH_PX.resident, this.dpr);
    return i < 0 ? null : { kind: "resident", row: this.at.walkers.ids[this.at.walkers.row[i]] };
  }

  _segmentAt(x, y) {
    const row = this.city.segmentAt(...this.camera.toWorld(x, y), REACH_PX.segment / this.camera.scale);
    return row < 0 ? null : { kind: "segment", row };
  }

  /** Give a canvas with all that is seen, and the words around it. */
  picture(into = document.createElement("canvas"), { title = "", note = "" } = {}) {
    const { width, height } = this.lower.canvas, ctx = into.getContext("2d");
    if (into.width !== width || into.height !== height) { into.width = width; into.height = height; }
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(this.lower.canvas, 0, 0);
    if (this.dark) { ctx.globalAlpha = 0.62 * this.dark; ctx.fillStyle = PAPER.night; ctx.fillRect(0, 0, width, height); ctx.globalAlpha = 1; }
    ctx.drawImage(this.upper.canvas, 0, 0);
    ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    caption(ctx, title, 10, 10, "top", "600 14px");
    caption(ctx, note, 10, height / this.dpr - 8, "bottom", "11px");
    return into;
  }
}

function caption(ctx, words, x, y, baseline, font) {
  if (!words) return;
  ctx.font = `${font} ${FONT}`;
  ctx.textAlign = "left"; ctx.textBaseline = baseline; ctx.lineJoin = "round";
  ctx.strokeStyle = PAPER.ground; ctx.lineWidth = 4; ctx.strokeText(words, x, y);
  ctx.fillStyle = PAPER.ink; ctx.fillText(words, x, y);
}

function nearest(group, x, y, reach, d) {
  let best = reach, found = -1;
  for (let i = 0; i < (group.n || 0); i++) {
    const r = Math.hypot(group.x[i] / d - x, group.y[i] / d - y);
    if (r < best && group.alpha[i] > 0.1) { best = r; found = i; }
  }
  return found;
}
