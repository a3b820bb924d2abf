// The card of validity: what the model was held against, misses first.
import { html, useEffect } from "../vendor/preact-htm.js";
import { openCard } from "../actions.js";
import { state } from "../state.js";
import { number, say, t } from "../words.js";

export function CardView() {
  const { card, question } = state;
  const city = question?.city;
  useEffect(() => {
    if (city) openCard(city);
  }, [city]);
  return html`
    <section class="page" aria-labelledby="validity-title">
      <h2 id="validity-title">${t("validity.title")}</h2>
      <p>${t("validity.intro")}</p>
      ${!card && html`<p role="status">${t("opening")}</p>`}
      ${card?.fault && html`<p class="note warning">${say(card.fault)}</p>`}
      ${card?.line && html`<p class="first">${say(card.line)}</p>`}
      ${card?.claims && (card.claims.length ? html`<${Claims} claims=${card.claims} />` : html`<p class="empty">${t("validity.none")}</p>`)}
    </section>`;
}

const key = (verdict) => verdict.replace(" ", "_");
const value = (one) => (typeof one === "number" ? number(one) : say(one) || t("number.unknown"));

function Claims({ claims }) {
  return html`
    <div class="wide" tabindex="0" role="region" aria-label=${t("validity.title")}><table class="claims">
      <thead><tr>${["claim", "verdict", "model", "published", "source"].map((name) => html`<th scope="col" key=${name}>${t(`validity.${name}`)}</th>`)}</tr></thead>
      <tbody>${claims.map((claim, k) => html`<tr key=${k} class=${key(claim.verdict)}>
        <th scope="row">${say(claim.name)}${say(claim.words) && html`<br /><span class="quiet small">${say(claim.words)}</span>`}</th>
        <td data-name=${t("validity.verdict")}><strong>${t(`validity.${key(claim.verdict)}`)}</strong></td>
        <td data-name=${t("validity.model")}>${value(claim.model)}</td><td data-name=${t("validity.published")}>${value(claim.published)}</td>
        <td class="small" data-name=${t("validity.source")}>${say(claim.source)}</td></tr>`)}</tbody></table></div>`;
}
