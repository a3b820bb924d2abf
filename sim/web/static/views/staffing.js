// "How many officers are enough?": the question of the page, asked at several levels of staff, side by side.
import { html, useState } from "../vendor/preact-htm.js";
import { askLevels, light, take } from "../actions.js";
import { setNight, setOfficers } from "../questions.js";
import { change, state, writeLink } from "../state.js";
import { number, say, t } from "../words.js";
import { Interval, meaning } from "./rows.js";
import { Note } from "./trouble.js";

const NIGHTS = [0.1, 0.16, 0.28, 0.34, 0.4];
const STEPS = [-0.3, -0.15, 0.15, 0.3];
const ROW_KEYS = ["response", "crime", "safe", "satisfied", "cost"];

/** The levels that are tried: both sides do what police do today, and differ in staff alone. */
function levels(kind, base) {
  const { today } = state.checked.question;
  const same = { ...base, instead: { ...base.today } };
  if (kind === "night") {
    return NIGHTS.filter((night) => Math.abs(night - today.night) > 0.02)
      .map((night) => ({ at: night, question: setNight(same, "instead", night) }));
  }
  const numbers = new Set(STEPS.map((step) => Math.max(1, Math.round(today.officers[kind] * (1 + step)))));
  numbers.delete(today.officers[kind]);
  return [...numbers].map((n) => ({ at: n, question: setOfficers(same, "instead", kind, n, today.officers) }));
}

export function StaffingView() {
  const { question, checked, levels: asked, start } = state;
  const [kind, choose] = useState(asked?.kind ?? "night");
  const [row, look] = useState("response");
  if (!question || !checked?.question) return html`<p class="empty" role="status">${t("opening")}</p>`;
  const now = checked.question.today.officers;
  const roles = start.roles.filter(({ key }) => now[key] > 0);
  const shown = asked?.kind === kind ? asked : null;
  return html`
    <section class="page" aria-labelledby="staffing-title">
      <h2 id="staffing-title">${t("staffing.title")}</h2>
      <p>${t("staffing.line", { place: say(state.city?.name), days: number(question.days), n: number(question.seeds) })}</p>
      <div class="controls">
        <label><span>${t("staffing.what")}</span><select value=${kind} onChange=${({ target }) => choose(target.value)}>
          <option value="night">${t("staffing.night")}</option>
          ${roles.map(({ key, name }) => html`<option key=${key} value=${key}>${t("staffing.role", { role: say(name), n: number(now[key]) })}</option>`)}
        </select></label>
        <label><span>${t("staffing.look")}</span><select value=${row} onChange=${({ target }) => look(target.value)}>
          ${ROW_KEYS.map((key) => html`<option key=${key} value=${key}>${t(`staffing.row.${key}`)}</option>`)}
        </select></label>
        <button class="main" disabled=${shown?.running} onClick=${() => askLevels(kind, levels(kind, question))}>${shown?.running ? t("staffing.running") : t("staffing.ask")}</button>
      </div>
      ${shown ? html`<${Ladder} shown=${shown} row=${row} kind=${kind} />` : html`<p class="empty">${t("staffing.empty")}</p>`}
      <section class="command"><h3>${t("staffing.exact")}</h3>
        <p>${t("staffing.exact.line")}</p>
        <pre tabindex="0" aria-label=${t("staffing.exact")}>${command(question)}</pre></section>
    </section>`;
}

const command = ({ city, part, days }) =>
  `cpsim staffing ${city}${part ? ` --part "${part}"` : ""} --days ${days} --target "answered_1_within_10_pct>=90" --role response`;

function Ladder({ shown, row, kind }) {
  const said = ({ at }) => (kind === "night"
    ? t("staffing.at.night", { share: number(at * 100, { decimals: 0 }), n: number(Math.round(at * state.checked.question.today.officers.response)) })
    : t("staffing.at.role", { n: number(at) }));
  const all = [...shown.levels].sort((a, b) => a.at - b.at);
  return html`
    ${shown.trouble && html`<${Note} kind="warning" words=${say(shown.trouble)} />`}
    <table class="ladder"><caption>${t("staffing.caption", { row: t(`staffing.row.${row}`) })}</caption>
      <thead><tr>${["level", "value", "difference", "means", "open"].map((key) => html`<th scope="col" key=${key}>${t(`staffing.${key}`)}</th>`)}</tr></thead>
      <tbody>
        ${all.map((level) => html`<${Level} key=${level.at} level=${level} row=${row} name=${said(level)} />`)}
      </tbody></table>
    <p class="quiet small">${t("rows.legend")}</p>`;
}

function Level({ level, row, name }) {
  const found = level.answer?.rows?.find(({ key }) => key === row);
  const open = async () => {
    await take(level.question);
    change({ view: "ask" });
    writeLink({ push: true });
    light(null);
  };
  return html`<tr><th scope="row">${name}</th>
    ${found ? html`<td>${number(found.instead)} <span class="quiet small">${say(found.unit)}</span></td>
      <td class="strip"><${Interval} row=${{ ...found, key: row }} of="staffing" /></td>
      <td>${meaning(found)}</td>` : html`<td colspan="3" class="quiet">${level.progress ? say(level.progress) : t("staffing.waits")}</td>`}
    <td><button class="plain" onClick=${open} aria-label=${t("staffing.open.of", { name })}>${t("staffing.open.this")}</button></td></tr>`;
}
