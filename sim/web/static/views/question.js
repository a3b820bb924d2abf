// The question on one screen: where and when, today, instead, officers, what it costs.
import { html } from "../vendor/preact-htm.js";
import { edit } from "../actions.js";
import { state } from "../state.js";
import { say, t } from "../words.js";
import { Ask, sentence } from "./ask.js";
import { Cards } from "./cards.js";
import { Officers } from "./officers.js";
import { Typed } from "./typed.js";
import { Cost } from "./cost.js";

export function QuestionView() {
  const { question } = state;
  if (!question) return html`<section class="question" aria-label=${t("question.title")}></section>`;
  return html`
    <section class="question" aria-labelledby="question-title">
      <div class="asked">
        <h2 id="question-title">${t("question.title")}</h2>
        <p class="sentence">${sentence(question)}</p>
        <${Ask} />
      </div>
      <${Place} />
      <${Cards} side="today" />
      <${Cards} side="instead" />
      <${Officers} />
      <${Cost} />
      <${Command} />
    </section>`;
}

function Place() {
  const { question, start } = state;
  const city = start.cities.find(({ key }) => key === question.city);
  const set = (values) => edit({ ...state.question, ...values });
  return html`
    <fieldset class="place">
      <legend>${t("place.title")}</legend>
      <label><span>${t("place.city")}</span>
        <select value=${question.city} onChange=${({ target }) => set({ city: target.value, part: firstPart(target.value) })}>
          ${start.cities.map(({ key, name }) => html`<option key=${key} value=${key} selected=${key === question.city}>${say(name)}</option>`)}
        </select></label>
      ${city && html`<label><span>${t("place.part")}</span>
        <select value=${question.part ?? ""} onChange=${({ target }) => set({ part: target.value })}>
          ${city.parts.map(({ key, name, n_residents }) => html`<option key=${key} value=${key} selected=${key === (question.part ?? "")}>
            ${t("place.part.of", { name: say(name), n: n_residents.toLocaleString() })}</option>`)}
        </select></label>`}
      <label><span>${t("place.start")}</span>
        <input type="date" value=${question.start ?? state.checked?.start ?? ""} onChange=${({ target }) => target.value && set({ start: target.value })} /></label>
      <${Whole} name=${t("place.days")} value=${question.days} most=${start.limits.days} take=${(days) => set({ days })} />
      <${Whole} name=${t("place.seeds")} value=${question.seeds} most=${start.limits.seeds} take=${(seeds) => set({ seeds })} />
    </fieldset>`;
}

const firstPart = (city) => state.start.cities.find(({ key }) => key === city)?.parts[0]?.key ?? "";

function Whole({ name, value, most, take }) {
  const read = (text) => {
    const n = Math.round(Number(text));
    return n >= 1 ? Math.min(n, most) : null;
  };
  return html`<label><span>${name}</span><${Typed} type="number" min="1" max=${most} value=${value} read=${read} take=${take} /></label>`;
}

function Command() {
  const command = state.checked?.command;
  if (!command) return null;
  return html`<details class="command"><summary>${t("command.title")}</summary>
    <p class="quiet small">${t("command.line")}</p>
    <pre tabindex="0" aria-label=${t("command.title")}>${command}</pre></details>`;
}
