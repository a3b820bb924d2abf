// The question as a sentence, the button that asks it, and how far the runs are.
import { html } from "../vendor/preact-htm.js";
import { ask, stop } from "../actions.js";
import { state } from "../state.js";
import { duration, number, say, t } from "../words.js";

/** Say the question as one would ask it. */
export function sentence(question) {
  const { start } = state;
  const names = (side) => (question[side].strategies ?? [])
    .map(({ key }) => say(start.strategies.find((one) => one.key === key)?.name ?? key)).join(t("join.and"));
  const place = say(start.cities.find(({ key }) => key === question.city)?.name ?? question.city);
  const slots = { place, days: number(question.days), today: names("today"), instead: names("instead") };
  return names("today") === names("instead") ? t("ask.sentence.officers", slots) : t("ask.sentence", slots);
}

export function Ask() {
  const { checked, progress, asked, answer, online } = state;
  const faults = checked?.faults ?? [];
  const same = answer?.done && asked === checked?.id;
  return html`
    <div class="ask">
      ${faults.length > 0 && html`<div class="note fault" role="alert">${faults.map((words) => html`<p>${say(words)}</p>`)}</div>`}
      ${progress ? html`<${Running} progress=${progress} />` : html`
        <button class="main" id="ask" onClick=${ask} disabled=${!checked || faults.length > 0 || !online || same}>
          ${same ? t("ask.answered") : checked?.seconds ? t("ask.button", { time: duration(checked.seconds) }) : t("ask.plain")}</button>
        <span class="quiet small">${same ? t("ask.change") : t("ask.line", { n: number(state.question.seeds) })}</span>`}
    </div>`;
}

function Running({ progress }) {
  const { done, of, seconds_left: left, words } = progress;
  return html`
    <progress max=${of} value=${done} aria-label=${t("ask.progress")}></progress>
    <p class="small">${words ? say(words) : t("ask.running", { done: number(done), of: number(of) })}
      ${left > 0 && html` <span>${t("ask.left", { time: duration(left) })}</span>`}</p>
    <button onClick=${stop}>${t("ask.stop")}</button>`;
}
