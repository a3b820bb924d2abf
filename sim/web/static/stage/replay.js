// The page of a replay file: the stage, and the answer beside it in words and numbers.

import { html, render, useState } from "../vendor/preact-htm.js";
import { embeddedSource } from "./embedded.js";
import { rounded } from "./scales.js";
import { Stage } from "./stage.js";
import { serveWays } from "./ways_worker.js";
import { inWords, say } from "./words.js";

const text = (id) => document.getElementById(id).textContent;

export function Replay({ head, source, workerUrl }) {
  const [lang, setLang] = useState(head.lang || "en"), answer = head.answer, [lit, setLit] = useState({});
  document.documentElement.lang = lang;
  return html`<div class="replay">
    <header><h1>${say(lang, "replay_title", { name: inWords(head.name, lang) })}</h1>
      <button type="button" lang=${lang === "en" ? "zh" : "en"} onClick=${() => setLang(lang === "en" ? "zh" : "en")}>${lang === "en" ? "中文" : "English"}</button></header>
    ${answer?.sentence && html`<p class="replay-sentence">${inWords(answer.sentence, lang)}</p>`}
    <${Stage} source=${source} lang=${lang} workerUrl=${workerUrl} lit=${lit} />
    ${answer?.rows?.length > 0 && html`<${Rows} rows=${answer.rows} lang=${lang} setLit=${setLit} />`}
    ${answer?.sure?.length > 0 && html`<h2>${say(lang, "replay_sure")}</h2><ul>${answer.sure.map((one) => html`<li>${inWords(one, lang)}</li>`)}</ul>`}
    <p class="replay-note">${say(lang, "replay_alone")}</p>
  </div>`;
}

const number = (v, lang) => (v === null || v === undefined ? say(lang, "replay_unknown") : `${v < 0 ? "−" : ""}${rounded(Math.abs(v))}`);

function Rows({ rows, lang, setLit }) {
  return html`<h2>${say(lang, "replay_rows")}</h2><div class="replay-table" tabindex="0" role="group" aria-label=${say(lang, "replay_rows")}><table>
    <thead><tr>${["measure", "today", "instead", "difference"].map((c) => html`<th scope="col">${say(lang, `replay_${c}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr onMouseEnter=${() => setLit({ segments: row.segments || [] })} onMouseLeave=${() => setLit({})}>
      <th scope="row">${inWords(row.name, lang)} <small>${inWords(row.unit, lang)}</small></th><td>${number(row.today, lang)}</td><td>${number(row.instead, lang)}</td>
      <td>${number(row.difference, lang)}${row.low !== null && row.low !== undefined ? ` (${number(row.low, lang)} … ${number(row.high, lang)})` : ""}<br /><small>${inWords(row.words, lang)}</small></td></tr>`)}</tbody></table></div>`;
}

/** Open the file: the worker is this same script, from a blob, for a page without a server cannot load another. */
export function openReplay() {
  const head = JSON.parse(text("head")), place = document.getElementById("page");
  if (typeof DecompressionStream === "undefined") { place.textContent = say(head.lang, "replay_old"); return; }
  const workerUrl = URL.createObjectURL(new Blob([text("program")], { type: "text/javascript" }));
  render(html`<${Replay} head=${head} source=${embeddedSource(head, (name) => text(`part-${name}`))} workerUrl=${workerUrl} />`, place);
}

// This script is the page, and in the worker that it starts it only finds ways: there `ways_worker` has begun to serve.
if (typeof document !== "undefined" && serveWays && document.getElementById("program")) openReplay();
