// The time bar: day and night, calls as ticks above, offences below, and where one is.

import { CALL, OFFENCE, PAPER } from "./colours.js";
import { FONT } from "./ground.js";
import { darkness, dateOf } from "./sun.js";
import { dateWords } from "./words.js";

const BAND = [22, 40]; // top and bottom of the band, pixels of the 66 of the bar
const BIN_PX = 3, MOST_PX = 18;
export const BAR_HEIGHT = 66;

/** Draw the bar onto a context `width` CSS pixels wide. */
export function drawTimebar(ctx, width, dpr, player, { lang }) {
  ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
  ctx.clearRect(0, 0, width, BAR_HEIGHT);
  drawBand(ctx, width, player);
  const sides = [...player.sides.values()];
  const n = Math.max(1, Math.floor(width / BIN_PX));
  const calls = sides.map((s) => s.events.bins("calls", n, player.end)), offences = sides.map((s) => s.events.bins("offences", n, player.end));
  const most = (all) => Math.max(2, ...all.map((a) => a.reduce((m, v) => Math.max(m, v), 0)));
  drawBins(ctx, width, n, calls, most(calls), BAND[0] - 1, -1, CALL);
  drawBins(ctx, width, n, offences, most(offences), BAND[1] + 1, 1, OFFENCE);
  drawUnknown(ctx, width, player, sides);
  drawHours(ctx, width, player, lang);
}

/** Hours of which nothing is known yet are dotted, so that an empty place there is not taken for a quiet hour. */
function drawUnknown(ctx, width, player, sides) {
  if (sides.every((s) => s.events.complete)) return;
  const known = (h) => sides.every((s) => s.events.complete || s.events.hours.has(h)), perHour = width / player.head.n_hours;
  ctx.fillStyle = PAPER.border;
  for (let x = 2; x < width; x += 6) {
    if (known(Math.floor(x / perHour))) continue;
    ctx.fillRect(x, BAND[0] - 5, 1.5, 1.5); ctx.fillRect(x, BAND[1] + 4, 1.5, 1.5);
  }
}

function drawBand(ctx, width, player) {
  const { start, latitude } = player.head;
  ctx.fillStyle = "#fffdf6";
  ctx.fillRect(0, BAND[0], width, BAND[1] - BAND[0]);
  for (let x = 0; x < width; x++) {
    const dark = darkness(((x + 0.5) / width) * player.end, start, latitude ?? undefined);
    if (dark <= 0.02) continue;
    ctx.fillStyle = `rgba(52,62,104,${0.42 * dark})`;
    ctx.fillRect(x, BAND[0], 1, BAND[1] - BAND[0]);
  }
  ctx.strokeStyle = PAPER.border; ctx.lineWidth = 1;
  ctx.strokeRect(0.5, BAND[0] + 0.5, width - 1, BAND[1] - BAND[0] - 1);
}

/** Bars of each side next to each other: the first full, the second hollow, so that colour is not needed to tell them. */
function drawBins(ctx, width, n, sides, most, base, direction, colour) {
  const w = width / n, each = Math.max(1, (w - 0.6) / sides.length);
  sides.forEach((counts, side) => {
    ctx.fillStyle = colour;
    ctx.globalAlpha = side === 0 && sides.length > 1 ? 0.45 : 0.95;
    for (let k = 0; k < n; k++) {
      if (!counts[k]) continue;
      const h = 2 + (MOST_PX - 3) * (counts[k] / most);
      ctx.fillRect(k * w + side * each, direction < 0 ? base - h : base, each, h);
    }
  });
  ctx.globalAlpha = 1;
}

function drawHours(ctx, width, player, lang) {
  const perPx = player.end / width, step = [60, 120, 180, 360, 720, 1440, 2880, 7200, 10080, 20160].find((m) => m / perPx >= 64) || 43200;
  ctx.font = `11px ${FONT}`;
  ctx.textBaseline = "middle";
  for (let m = 0; m < player.end; m += step) {
    const x = m / perPx, midnight = m % 1440 === 0;
    ctx.strokeStyle = PAPER.border;
    ctx.beginPath(); ctx.moveTo(x + 0.5, BAND[0]); ctx.lineTo(x + 0.5, BAND[1] + (midnight ? 4 : 0)); ctx.stroke();
    const words = midnight ? dateWords(dateOf(m, player.head.start), lang, "short") : `${String((m % 1440) / 60).padStart(2, "0")}:00`;
    if (x + ctx.measureText(words).width + 6 > width) continue;
    ctx.fillStyle = darkness(m, player.head.start, player.head.latitude ?? undefined) > 0.6 ? "#33343c" : PAPER.muted;
    ctx.textAlign = "left";
    ctx.fillText(words, x + 4, (BAND[0] + BAND[1]) / 2 + 0.5);
  }
}
