// The map in words and as a table; a row can be picked as on the map, so that no pointer is needed.

import { html, useState } from "../vendor/preact-htm.js";
import { describe } from "./describe.js";
import { inWords, say } from "./words.js";

export function Told({ player, keys, city, head, lang, onPick }) {
  const [open, setOpen] = useState(false);
  return html`<details class="stage-told" onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary>${say(lang, "told_text")}</summary>
    ${open && html`<div class="stage-told-sides">${keys.map((side) => html`<${Side} key=${side} ...${{ player, side, city, head, lang, onPick }} />`)}</div>`}
  </details>`;
}

function Side({ player, side, city, head, lang, onPick }) {
  const scene = player.sides.get(side).scene;
  if (!scene) return null;
  const told = describe(scene, city, head, lang, inWords(head.sides.find((s) => s.key === side).name, lang));
  return html`<div><p>${told.lines.join(lang === "zh" ? "" : " ")}</p>
    ${told.rows.length > 0 && html`<div class="stage-table" tabindex="0" role="group" aria-label=${say(lang, "table_caption")}><table>
      <caption class="unseen">${say(lang, "table_caption")}</caption>
      <thead><tr>${["what", "where", "state"].map((c) => html`<th scope="col">${say(lang, `table_${c}`)}</th>`)}</tr></thead>
      <tbody>${told.rows.map((row) => html`<tr key=${`${row.kind}${row.row}`}><td><button type="button" class="plain" onClick=${() => onPick?.({ kind: row.kind, row: row.row, segment: row.segment }, side, player.minute)}>${row.what}</button></td><td>${row.where}</td><td>${row.state}</td></tr>`)}</tbody>
    </table></div>`}
    ${told.left > 0 && html`<p>${say(lang, "table_more", { n: told.left })}</p>`}</div>`;
}
