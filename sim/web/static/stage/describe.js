// What the map shows now, as text and as a table, for those who do not see it and for those who want to be exact.

import { ringOf } from "./signs.js";
import { rounded, worth } from "./scales.js";
import { dateOf } from "./sun.js";
import { activityWords, dateWords, roleWords, say, typeWords } from "./words.js";

const MOST_ROWS = 40;

/** Give `{lines: [text], rows: [{kind, row, what, where, state}], left}` of a scene. */
export function describe(scene, city, head, lang, sideName) {
  const time = dateWords(dateOf(scene.minute, head.start), lang);
  const lines = [say(lang, "describe_time", { side: sideName, time })];
  lines.push(officerLine(scene, lang), say(lang, "describe_walkers", { n: scene.walkers.n }), callLine(scene, lang));
  lines.push(say(lang, "describe_offences", { n: scene.offences.length, told: scene.offences.filter((o) => o.told).length }));
  lines.push(say(lang, "describe_sample", { tick: head.tick_min }));
  const all = [...openCalls(scene).map((c) => callRow(c, scene, city, lang)), ...officerRows(scene, city, lang)];
  return { lines, rows: all.slice(0, MOST_ROWS), left: Math.max(0, all.length - MOST_ROWS) };
}

function officerLine({ officers, roles, kinds }, lang) {
  if (!officers.n) return say(lang, "describe_no_officers");
  const counts = new Map();
  for (let i = 0; i < officers.n; i++) { const role = roles[kinds[officers.row[i]]]; counts.set(role, (counts.get(role) || 0) + 1); }
  const list = [...counts].sort((a, b) => b[1] - a[1]).map(([role, n]) => `${roleWords(role, lang)} ${n}`).join(lang === "zh" ? "，" : ", ");
  return say(lang, "describe_officers", { n: officers.n, list });
}

const openCalls = (scene) => scene.calls.filter((c) => ringOf(c, scene.minute).fade >= 1);

function callLine(scene, lang) {
  const open = openCalls(scene), waiting = open.map((c) => ringOf(c, scene.minute)).filter((r) => !r.taken);
  if (!open.length) return say(lang, "describe_no_calls");
  return say(lang, "describe_calls", { n: open.length, waiting: waiting.length, longest: Math.round(Math.max(0, ...waiting.map((r) => r.waited))) });
}

function callRow(call, scene, city, lang) {
  return { kind: "call", row: call.row, segment: call.segment, what: `${typeWords(call.type, lang)} (${say(lang, "tip_priority", { n: call.priority })})`, where: segmentWords(city, call.segment, lang), state: callWords(call, scene.minute, lang) };
}

function officerRows(scene, city, lang) {
  const { officers, roles, kinds, activities } = scene, rows = [];
  for (let i = 0; i < officers.n; i++) {
    const row = officers.row[i], segment = city.segmentAt(officers.x[i], officers.y[i], 60 * city.metre);
    rows.push({ kind: "officer", row, segment, what: `${roleWords(roles[kinds[row]], lang)} ${row}`, where: segment < 0 ? "" : segmentWords(city, segment, lang), state: activityWords(scene.activityNames[activities[row]], lang) });
  }
  return rows;
}

/** Name a segment: by its street, or by its number. */
export function segmentWords(city, s, lang) {
  const name = city.segmentName(s);
  return name === null ? say(lang, "unnamed", { n: s }) : name;
}

function callWords(call, minute, lang) {
  const ring = ringOf(call, minute), values = { type: typeWords(call.type, lang), n: Math.round(ring.waited) };
  return say(lang, ring.fade < 1 ? "tip_ended" : ring.taken ? "tip_taken" : "tip_waiting", values);
}

/** Say what is under the pointer, in lines. */
export function tip(what, scene, city, head, lang, surface, scale) {
  if (what.kind === "officer") {
    return [say(lang, "tip_officer", { role: `${roleWords(what.role, lang)} ${what.row}`, activity: activityWords(scene.activityNames[what.activity], lang) })];
  }
  if (what.kind === "resident") return [say(lang, "tip_resident", what)];
  if (what.kind === "call") return [callWords(what, scene.minute, lang), say(lang, "tip_priority", { n: what.priority }), segmentWords(city, what.segment, lang)];
  if (what.kind === "offence") {
    const clock = dateOf(what.minute, head.start).toISOString().slice(11, 16);
    return [say(lang, "tip_offence", { type: typeWords(what.type, lang), time: clock, told: say(lang, what.told ? "tip_told" : "tip_untold") }), segmentWords(city, what.segment, lang)];
  }
  const lines = [segmentWords(city, what.row, lang)];
  if (surface && scale && scene.surfaces) {
    const value = worth(surface, scene.surfaces[surface][what.row], scale);
    lines.push(value === null ? say(lang, "nobody") : say(lang, "tip_value", { surface: say(lang, `surface_${surface}`), value: rounded(value), unit: say(lang, `unit_${surface}`) }));
  }
  return lines;
}
