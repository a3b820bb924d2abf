// What is drawn over the walkers: offences, calls, officers with their trails, and what is lit up.

import { addShape, CALL, CALL_TAKEN, LIT, lookOf, OFFENCE, PAPER } from "./colours.js";

const TRAIL_PX = 34;
const FLASH_MS = 1100;
const RING_MAX = 20, RING_MIN = 6, TIGHTENS_MIN = 15; // pixels; minutes in which a ring tightens by two thirds
const FADES_MIN = 6; // minutes for which a call that ended is still seen
const SCATTER_PX = 9; // officers who stand at one place stand side by side

/** Offences: a small cross for the day, filled ink where somebody told the police, pale where nobody did; a soft flash when new. */
export function drawOffences(ctx, offences, place, zoom, flashes, now) {
  const r = 2.6 * zoom;
  for (const told of [0, 1]) {
    ctx.beginPath();
    for (const one of offences) {
      if ((one.told ? 1 : 0) !== told) continue;
      const [x, y] = place(one.segment, one.row);
      ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r); ctx.moveTo(x + r, y - r); ctx.lineTo(x - r, y + r);
    }
    ctx.lineCap = "round";
    ctx.strokeStyle = PAPER.halo; ctx.lineWidth = 4 * zoom; ctx.stroke();
    ctx.strokeStyle = OFFENCE; ctx.lineWidth = (told ? 2 : 1) * zoom; ctx.stroke();
  }
  for (const one of offences) {
    const since = flashes.get(one.row);
    if (since === undefined || now - since > FLASH_MS) continue;
    const f = (now - since) / FLASH_MS, [x, y] = place(one.segment, one.row), size = (8 + 26 * f) * zoom;
    const glow = ctx.createRadialGradient(x, y, 0, x, y, size);
    glow.addColorStop(0, `rgba(125,21,56,${0.55 * (1 - f)})`);
    glow.addColorStop(1, "rgba(125,21,56,0)");
    ctx.fillStyle = glow;
    ctx.fillRect(x - size, y - size, 2 * size, 2 * size);
  }
}

export function ringOf(call, minute) {
  const taken = call.answered !== null && call.answered !== undefined && call.answered <= minute;
  const waited = Math.max(0, (taken ? call.answered : minute) - call.minute);
  const over = call.ended === null || call.ended === undefined ? 0 : Math.max(0, minute - call.ended);
  return {
    taken, waited, fade: Math.max(0, 1 - over / FADES_MIN),
    radius: RING_MIN + (RING_MAX - RING_MIN) * Math.exp(-waited / TIGHTENS_MIN),
  };
}

/** Calls: a ring that tightens while it waits, thicker for the more urgent; once somebody is there a ring with a point. */
export function drawCalls(ctx, calls, minute, place, zoom) {
  for (const call of calls) {
    const ring = ringOf(call, minute);
    if (ring.fade <= 0) continue;
    const [x, y] = place(call.segment, call.row);
    ctx.globalAlpha = ring.fade;
    const r = (ring.taken ? RING_MIN : ring.radius) * zoom, width = (call.priority <= 1 ? 2.6 : call.priority === 2 ? 1.8 : 1.2) * zoom;
    ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.strokeStyle = PAPER.halo; ctx.lineWidth = width + 2 * zoom; ctx.stroke();
    ctx.strokeStyle = ring.taken ? CALL_TAKEN : CALL; ctx.lineWidth = width; ctx.stroke();
    if (ring.taken) { ctx.beginPath(); ctx.arc(x, y, 2 * zoom, 0, 2 * Math.PI); ctx.fillStyle = CALL_TAKEN; ctx.fill(); }
  }
  ctx.globalAlpha = 1;
}

/** Where an officer is drawn: those who stand at one place are spread a little, always the same way. */
export function scatter(row, out) {
  const angle = row * 2.39996, r = SCATTER_PX * Math.sqrt(((row * 0.61803) % 1) * 0.5);
  out[0] = Math.cos(angle) * r; out[1] = Math.sin(angle) * r;
  return out;
}

/** Officers by role, those of a role in one stroke; `at` in CSS pixels. */
export function drawOfficers(ctx, at, legs, f, roles, kinds, camera, zoom) {
  const groups = new Map();
  for (let i = 0; i < at.n; i++) {
    const role = roles[kinds[at.row[i]]];
    if (!groups.has(role)) groups.set(role, []);
    groups.get(role).push(i);
  }
  const r = 4.1 * zoom;
  for (const [role, mine] of groups) drawTrails(ctx, mine, at, legs, f, camera, lookOf(role).colour, zoom);
  ctx.lineJoin = "round";
  for (const [role, mine] of groups) {
    const look = lookOf(role);
    ctx.beginPath();
    for (const i of mine) if (at.alpha[i] > 0.3) addShape(ctx, look.shape, at.x[i], at.y[i], r);
    ctx.strokeStyle = PAPER.halo; ctx.lineWidth = 2.4 * zoom; ctx.stroke();
    ctx.fillStyle = look.colour; ctx.fill();
  }
}

function drawTrails(ctx, mine, at, legs, f, camera, colour, zoom) {
  if (!legs) return;
  for (const [share, alpha, width] of [[1, 0.22, 1.6], [0.5, 0.4, 2.2]]) {
    ctx.beginPath();
    for (const i of mine) trail(ctx, i, at, legs, camera, share * TRAIL_PX * zoom);
    ctx.strokeStyle = colour; ctx.globalAlpha = alpha; ctx.lineWidth = width * zoom; ctx.lineCap = "round"; ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** Walk back along the leg for so many pixels. */
function trail(ctx, i, at, legs, camera, pixels) {
  const first = legs.first[i], p = legs.cursor ? legs.cursor[i] : first;
  if (legs.what[i] !== 1) return;
  let x = at.x[i], y = at.y[i], left = pixels;
  const ox = x - at.px[i], oy = y - at.py[i];
  ctx.moveTo(x, y);
  for (let k = p; k >= first && left > 0; k--) {
    const qx = (legs.x[k] - camera.x) * camera.scale + camera.width / 2 + ox, qy = camera.height / 2 - (legs.y[k] - camera.y) * camera.scale + oy;
    const d = Math.hypot(qx - x, qy - y), g = d > left ? left / d : 1;
    x += (qx - x) * g; y += (qy - y) * g;
    ctx.lineTo(x, y);
    left -= d;
  }
}

/** Ring what is lit up or under the pointer. */
export function drawRings(ctx, points, radius, colour = LIT) {
  if (!points.length) return;
  ctx.beginPath();
  for (const [x, y] of points) { ctx.moveTo(x + radius, y); ctx.arc(x, y, radius, 0, 2 * Math.PI); }
  ctx.strokeStyle = PAPER.ink; ctx.lineWidth = 4; ctx.stroke();
  ctx.strokeStyle = colour; ctx.lineWidth = 2; ctx.stroke();
}

export { FADES_MIN, FLASH_MS };
