// What the signs mean, and what is shown.

import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { SURFACES } from "./binary.js";
import { CALL, CALL_TAKEN, colourAt, css, lookOf, OFFENCE, PAPER, shapePath } from "./colours.js";
import { marks } from "./scales.js";
import { roleWords, say } from "./words.js";

const SIGNS = ["walkers", "officers", "calls", "offences", "night"];
const RAMP_STEPS = 48;

export function Layers({ lang, layers, change, scales, two }) {
  return html`<fieldset class="stage-layers"><legend class="unseen">${say(lang, "layers")}</legend>
    <label class="stage-surface"><span>${say(lang, "surface")}</span>
      <select value=${layers.surface || ""} onChange=${(event) => change({ surface: event.target.value || null })}>
        <option value="" selected=${!layers.surface}>${say(lang, "surface_none")}</option>
        ${SURFACES.map((name) => html`<option value=${name} selected=${layers.surface === name}>${say(lang, `surface_${name}`)}</option>`)}
      </select></label>
    ${layers.surface && scales?.[layers.surface] && html`<${Ramp} lang=${lang} surface=${layers.surface} scale=${scales[layers.surface]} two=${two} />`}
    <span class="stage-toggles">${SIGNS.map((name) => html`<label><input type="checkbox" checked=${layers[name]} onChange=${(event) => change({ [name]: event.target.checked })} />${say(lang, name)}</label>`)}</span>
  </fieldset>`;
}

function Ramp({ lang, surface, scale, two }) {
  const canvas = useRef(null), shown = marks(surface, scale);
  useEffect(() => {
    const ctx = canvas.current.getContext("2d");
    for (let k = 0; k < RAMP_STEPS; k++) { ctx.fillStyle = css(colourAt(surface, k / (RAMP_STEPS - 1))); ctx.fillRect(k, 0, 1, 1); }
  }, [surface]);
  const words = `${say(lang, `surface_${surface}`)}: ${shown.map(([, w]) => w).join(", ")} ${say(lang, `unit_${surface}`)}`;
  return html`<span class="stage-ramp" role="img" aria-label=${words} title=${two ? say(lang, "same_scale") : words}>
    <canvas ref=${canvas} width=${RAMP_STEPS} height="1" aria-hidden="true"></canvas>
    <span class="stage-marks" aria-hidden="true">${shown.map(([, w], k) => html`<span>${w}${k === shown.length - 1 ? ` ${say(lang, `unit_${surface}`)}` : ""}</span>`)}</span>
  </span>`;
}

const Sign = ({ children }) => html`<svg viewBox="0 0 20 20" aria-hidden="true">${children}</svg>`;
const cross = (width) => html`<path d="M6 6 14 14M14 6 6 14" fill="none" stroke=${OFFENCE} stroke-width=${width} stroke-linecap="round" />`;

export function Legend({ lang, roles, kinds }) {
  const here = kinds ? new Set(kinds) : null;
  const rows = [
    ...roles.map((role, k) => [!here || here.has(k), html`<path d=${shapePath(lookOf(role).shape)} fill=${lookOf(role).colour} />`, roleWords(role, lang)]),
    [true, html`<circle cx="10" cy="10" r="8" fill="none" stroke=${CALL} stroke-width="1.6" /><circle cx="10" cy="10" r="4" fill="none" stroke=${CALL} stroke-width="1.6" />`, say(lang, "legend_waiting")],
    [true, html`<circle cx="10" cy="10" r="6" fill="none" stroke=${CALL_TAKEN} stroke-width="2" /><circle cx="10" cy="10" r="2" fill=${CALL_TAKEN} />`, say(lang, "legend_taken")],
    [true, cross(2.6), say(lang, "legend_told")],
    [true, cross(1.2), say(lang, "legend_untold")],
    [true, html`<circle cx="10" cy="10" r="2.4" fill=${css(PAPER.walker, 0.75)} />`, say(lang, "legend_walker")],
    [true, html`<path d="M3 10 10 3 17 10H15.5V16H4.500V10Z" fill=${PAPER.ink} />`, say(lang, "legend_station")],
    [true, html`<path d="M1 10H19" stroke=${PAPER.border} stroke-width="1.5" stroke-dasharray="5 3" />`, say(lang, "legend_border")],
  ];
  return html`<details class="stage-legend" open><summary>${say(lang, "legend")}</summary><ul>${rows.filter(([shown]) => shown).map(([, sign, words]) => html`<li><${Sign}>${sign}<//>${words}</li>`)}</ul></details>`;
}
