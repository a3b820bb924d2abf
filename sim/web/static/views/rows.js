// A row a measure: its name, what it is on both sides, and the difference with its interval around a line at zero.
import { html } from "../vendor/preact-htm.js";
import { light } from "../actions.js";
import { state } from "../state.js";
import { number, range, say, t } from "../words.js";

const STEPS = [1, 2, 5, 10];
const widest = new Map();     // of each question and row, so that the scale never shrinks under a reader's eyes

export function Rows({ rows }) {
  return html`<ul class="rows">${rows.map((row) => html`<${Row} key=${row.key} row=${row} />`)}</ul>
    <p class="quiet small legend">${t("rows.legend")}</p>`;
}

function Row({ row }) {
  const lights = row.segments?.length > 0;
  const isLit = state.lit?.key === row.key;
  const on = () => lights && light(row.key, row.segments);
  const off = () => lights && light(null);
  return html`
    <li class=${`row ${row.verdict}${isLit ? " lit" : ""}`} onMouseEnter=${on} onMouseLeave=${off}>
      <p class="rowname"><strong>${say(row.name)}</strong>
        <span class="sides">${t("rows.sides", { today: number(row.today), instead: number(row.instead), unit: say(row.unit) })}</span></p>
      <${Interval} row=${row} of=${state.asked} />
      <p class="rowwords"><span>${meaning(row)}</span>
        ${lights && html`<button class="plain small" aria-pressed=${isLit} onFocus=${on} onBlur=${off} onClick=${isLit ? off : on}
          aria-label=${t("rows.light.of", { name: say(row.name) })}>${t("rows.light")}</button>`}</p>
    </li>`;
}

/** What a difference means, in the server's words where it has any: "exactly the same" is not "different". */
export const meaning = (row) => (row.verdict === "unclear" ? t("verdict.unclear") : say(row.words) || t(`verdict.${row.verdict}`));

/** A dot with its interval. Filled where the sign is clear, hollow where it may be chance. */
export function Interval({ row, of }) {
  const { difference, low, high, verdict } = row;
  const known = [difference, low, high].every((value) => typeof value === "number");
  if (!known) return html`<p class="interval none quiet small">${t("rows.none")}</p>`;
  const end = scale(`${of}:${row.measure ?? ""}${row.key}`, Math.max(Math.abs(low), Math.abs(high)));
  const at = (value) => 50 + (50 * Math.max(-end, Math.min(end, value))) / end;
  const label = t("rows.interval", { difference: number(difference, { sign: true }), range: range(low, high, { sign: true }), verdict: meaning(row) });
  return html`
    <div class=${`interval ${verdict}`} role="img" aria-label=${label}>
      <i class="zero"></i>
      <i class="bar slide" style=${{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }}></i>
      <i class="dot slide" style=${{ left: `${at(difference)}%` }}></i>
      <span class="end">${number(-end, { sign: true })}</span><span class="end right">${number(end, { sign: true })}</span>
    </div>`;
}

function scale(key, size) {
  const power = 10 ** Math.floor(Math.log10(size || 1));
  const end = STEPS.find((step) => step * power >= size * 1.02) * power;
  widest.set(key, Math.max(end, widest.get(key) ?? 0));
  return widest.get(key);
}
