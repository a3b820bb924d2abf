// Why: what was prevented, moved and caused; what moved attitudes; and who pays, group by group.
import { html } from "../vendor/preact-htm.js";
import { light } from "../actions.js";
import { state } from "../state.js";
import { number, range, say, t } from "../words.js";
import { Interval } from "./rows.js";

const FINE = { sign: true, decimals: 3 };
const KINDS = ["prevented", "moved", "caused"];

export function Why({ account, feelings }) {
  return html`
    <${Account} account=${account ?? []} />
    <${Feelings} feelings=${feelings ?? []} />`;
}

function Account({ account }) {
  if (!account.length) return html`<p class="quiet">${t("why.none")}</p>`;
  return html`
    <table class="account"><caption>${t("why.account")}</caption>
      <thead><tr><th scope="col">${t("why.type")}</th>${KINDS.map((kind) => html`<th scope="col" key=${kind}>${t(`why.${kind}`)}</th>`)}</tr></thead>
      <tbody>${account.map((one) => html`
        <tr key=${one.type} class=${state.lit?.key === `account:${one.type}` ? "lit" : ""} ...${lighting(`account:${one.type}`, one.segments)}>
          <th scope="row">${one.segments?.length ? html`<button class="plain" ...${focusing(`account:${one.type}`, one.segments)}
            aria-label=${t("rows.light.of", { name: say(one.name) })}>${say(one.name)}</button>` : say(one.name)}</th>
          ${KINDS.map((kind) => html`<td key=${kind}><${Estimate} of=${one[kind]} /></td>`)}
        </tr>`)}</tbody></table>`;
}

function Estimate({ of }) {
  if (!of || typeof of.value !== "number") return html`<span class="quiet">${t("number.unknown")}</span>`;
  const known = typeof of.low === "number" && typeof of.high === "number";
  return html`${number(of.value)} ${known ? html`<span class="quiet small">${t("in.brackets", { words: range(of.low, of.high) })}</span>` : html`<span class="quiet small">${t("rows.none")}</span>`}`;
}

function Feelings({ feelings }) {
  return feelings.map(({ key, name, unit, parts, segments }) => {
    const most = Math.max(...parts.map(({ value }) => Math.abs(value)), 1e-9);
    return html`
      <section class="feelings" key=${key} ...${lighting(`feelings:${key}`, segments)}>
        <h4>${t("why.feelings", { name: say(name) })}${unit && html` <span class="quiet small">${t("in.brackets", { words: say(unit) })}</span>`}</h4>
        <ul>${parts.map((part, k) => html`<li key=${k}><span>${say(part.name)}</span>
          <span class="lean" aria-hidden="true"><i class=${`${part.value < 0 ? "less" : "more"}${part.low > 0 || part.high < 0 ? "" : " unclear"}`} style=${{ width: `${(50 * Math.abs(part.value)) / most}%` }}></i></span>
          <span>${number(part.value, FINE)} ${typeof part.low === "number" && html`<span class="quiet small">${t("in.brackets", { words: range(part.low, part.high, FINE) })}</span>`}</span></li>`)}</ul>
        ${segments?.length > 0 && html`<button class="plain small" ...${focusing(`feelings:${key}`, segments)}>${t("rows.light")}</button>`}
      </section>`;
  });
}

const lighting = (key, segments) => (segments?.length ? { onMouseEnter: () => light(key, segments), onMouseLeave: () => light(null) } : {});
const focusing = (key, segments) => ({ onFocus: () => light(key, segments), onBlur: () => light(null) });

export function Groups({ groups }) {
  if (!groups?.length) return html`<p class="quiet">${t("groups.none")}</p>`;
  const byMeasure = Map.groupBy ? Map.groupBy(groups, measureOf) : grouped(groups);
  return [...byMeasure].map(([measure, members]) => html`
    <section class="groups" key=${measure}><h4>${measure}</h4>
      <ul class="rows">${members.map((row) => html`<li class=${`row ${row.verdict}`} key=${row.key}>
        <p class="rowname"><span>${say(row.name)}</span> <span class="sides">${t("rows.sides", { today: number(row.today), instead: number(row.instead), unit: say(row.unit) })}</span></p>
        <${Interval} row=${row} of=${state.asked} />
      </li>`)}</ul></section>`);
}

const measureOf = ({ measure }) => say(measure);

function grouped(groups) {
  const found = new Map();
  for (const group of groups) found.set(measureOf(group), [...(found.get(measureOf(group)) ?? []), group]);
  return found;
}
