// All that was measured, as a table; and where the numbers come from.
import { html } from "../vendor/preact-htm.js";
import { show } from "../actions.js";
import { link, state } from "../state.js";
import { meaning } from "./rows.js";
import { Fold } from "./fold.js";
import { number, range, say, t } from "../words.js";

export function Details({ answer }) {
  return html`
    ${answer.table?.length > 0 && html`<${Fold} title=${t("table.title")}><${Table} rows=${answer.table} /><//>`}
    <p><a href=${link(state.question, "card")} onClick=${(event) => { event.preventDefault(); show("card"); }}>${t("card.link")}</a></p>
    ${answer.provenance?.length > 0 && html`<${Fold} title=${t("provenance.title")}>
      <dl class="facts">${answer.provenance.map(({ name, value }) => html`<dt>${say(name)}</dt><dd>${say(value)}</dd>`)}</dl><//>`}`;
}

export function Table({ rows }) {
  return html`
    <div class="wide" tabindex="0" role="region" aria-label=${t("table.title")}><table>
      <thead><tr>${["measure", "today", "instead", "difference", "means"].map((key) => html`<th scope="col" key=${key}>${t(`table.${key}`)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${row.key} class=${row.verdict}>
        <th scope="row">${say(row.name)} <span class="quiet small">${say(row.unit)}</span></th>
        <td>${number(row.today)}</td><td>${number(row.instead)}</td>
        <td>${number(row.difference, { sign: true })} <span class="quiet small">${typeof row.low === "number" ? t("in.brackets", { words: range(row.low, row.high, { sign: true }) }) : t("rows.none")}</span></td>
        <td>${meaning(row)}</td></tr>`)}</tbody></table></div>`;
}
