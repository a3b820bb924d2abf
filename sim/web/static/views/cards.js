// What police do on one side: a card a strategy, at most two, which act together.
import { html, useState } from "../vendor/preact-htm.js";
import { edit } from "../actions.js";
import { chooseStrategy, removeStrategy, setParameter } from "../questions.js";
import { state } from "../state.js";
import { Typed } from "./typed.js";
import { number, say, t } from "../words.js";

const MOST = 2;

export function Cards({ side }) {
  const strategies = state.question[side].strategies ?? [];
  const [choosing, choose] = useState(null);
  const taken = strategies.map(({ key }) => key);
  const take = (key) => {
    edit(chooseStrategy(state.question, side, choosing, key));
    choose(null);
  };
  return html`
    <section class=${`cards ${side}`} aria-label=${t(`side.${side}`)}>
      <h3><span class="mark" aria-hidden="true"></span>${t(`side.${side}`)}</h3>
      ${strategies.map((strategy, place) => html`
        <${Card} key=${strategy.key} side=${side} place=${place} strategy=${strategy} open=${choosing === place}
          onChoose=${() => choose(choosing === place ? null : place)} canGo=${strategies.length > 1} />
        ${choosing === place && html`<${Deck} taken=${taken} onTake=${take} />`}`)}
      ${strategies.length < MOST && html`<button class="plain" aria-expanded=${choosing === strategies.length}
        onClick=${() => choose(choosing === strategies.length ? null : strategies.length)}>${t("card.second")}</button>`}
      ${choosing === strategies.length && html`<${Deck} taken=${taken} onTake=${take} />`}
    </section>`;
}

function Card({ side, place, strategy, open, onChoose, canGo }) {
  const about = state.start.strategies.find(({ key }) => key === strategy.key);
  if (!about) return html`<article class="card"><p>${strategy.key}</p></article>`;
  const changed = Object.keys(strategy.set ?? {}).length;
  return html`
    <article class="card">
      <div class="cardhead"><h4>${say(about.name)}</h4>
        <button class="plain" aria-expanded=${open} onClick=${onChoose}
          aria-label=${t("card.change.of", { name: say(about.name) })}>${t("card.change")}</button>
        ${canGo && html`<button class="plain" aria-label=${t("card.remove.of", { name: say(about.name) })}
          onClick=${() => edit(removeStrategy(state.question, side, place))}>${t("card.remove")}</button>`}
      </div>
      <p>${say(about.line)}</p>
      <details><summary>${changed ? t("card.details.changed", { n: changed }) : t("card.details")}</summary>
        <dl class="facts">
          <dt>${t("card.does")}</dt><dd>${say(about.does)}</dd>
          ${say(about.hours) && html`<dt>${t("card.hours")}</dt><dd>${say(about.hours)}</dd>`}
          ${say(about.asks) && html`<dt>${t("card.asks")}</dt><dd>${say(about.asks)}</dd>`}
        </dl>
        <${Parameters} side=${side} place=${place} about=${about} strategy=${strategy} />
      </details>
    </article>`;
}

function Parameters({ side, place, about, strategy }) {
  const first = new Set(about.first?.length ? about.first : about.parameters.filter(({ main }) => main).map(({ key }) => key));
  const ordered = [...about.parameters].sort((a, b) => first.has(b.key) - first.has(a.key));
  const draw = (parameter) => html`<${Parameter} key=${parameter.key} id=${`${side}-${place}-${parameter.key}`} parameter=${parameter}
    value=${strategy.set?.[parameter.key] ?? parameter.value}
    take=${(value) => edit(setParameter(state.question, side, place, parameter, value))} />`;
  const rest = ordered.filter(({ key }) => !first.has(key));
  return html`${ordered.filter(({ key }) => first.has(key)).map(draw)}
    ${rest.length > 0 && html`<details><summary>${t("card.all", { n: rest.length })}</summary>${rest.map(draw)}</details>`}`;
}

function Parameter({ id, parameter, value, take }) {
  const { name, line, unit, low, high } = parameter;
  const ends = low !== null && high !== null && low !== undefined && high !== undefined;
  const limits = ends ? t("card.range", { low: number(low), high: number(high), unit: say(unit) }) : say(unit);
  const common = { id, "aria-describedby": `${id}-line` };
  const read = (text) => {
    const typed = Number(text);
    return text === "" || Number.isNaN(typed) || (ends && (typed < low || typed > high)) ? null : typed;
  };
  const input = typeof parameter.value === "boolean"
    ? html`<input type="checkbox" ...${common} checked=${value} onChange=${({ target }) => take(target.checked)} />`
    : typeof parameter.value === "number"
      ? html`<${Typed} type="number" step="any" min=${low} max=${high} ...${common} value=${value} read=${read} take=${take} />`
      : html`<${Typed} type="text" ...${common} value=${value} read=${(text) => text} take=${take} />`;
  return html`<div class="parameter"><label for=${id}>${say(name)}</label>${input}
    <p id=${`${id}-line`} class="quiet small">${say(line)}${limits && html` <span>${t("in.brackets", { words: limits })}</span>`}
    ${value !== parameter.value && html` <button class="plain" onClick=${() => take(parameter.value)}>${t("card.default", { value: plain(parameter.value) })}</button>`}</p></div>`;
}

const plain = (value) => (typeof value === "number" ? number(value) : String(value));

function Deck({ taken, onTake }) {
  return html`
    <ul class="deck" aria-label=${t("card.deck")}>
      ${state.start.strategies.filter(({ key }) => !taken.includes(key)).map(({ key, name, line }) => html`
        <li key=${key}><button onClick=${() => onTake(key)}><strong>${say(name)}</strong><span class="quiet small">${say(line)}</span></button></li>`)}
    </ul>`;
}
