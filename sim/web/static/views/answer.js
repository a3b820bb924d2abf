// The answer: a sentence first, then rows, why, how sure, all of it, and what to take along.
import { html } from "../vendor/preact-htm.js";
import { state } from "../state.js";
import { number, say, t } from "../words.js";
import { Rows } from "./rows.js";
import { Why, Groups } from "./why.js";
import { Series } from "./series.js";
import { Details } from "./details.js";
import { Take } from "./take.js";
import { Fold } from "./fold.js";
import { Story } from "./story.js";

export function AnswerView() {
  return html`
    <section class="answer" aria-labelledby="answer-title" aria-busy=${Boolean(state.progress)}>
      <${Story} />
      <h2 id="answer-title">${t("answer.title")}</h2>
      ${state.answer?.n_pairs ? html`<${Answer} answer=${state.answer} />` : html`<${Empty} />`}
    </section>`;
}

function Empty() {
  if (state.progress) return html`<div class="empty"><p>${t("answer.coming")}</p><p class="quiet small">${t("answer.coming.more")}</p></div>`;
  return html`<div class="empty"><p>${t("answer.empty")}</p>
    <ul class="quiet">${["crime", "feel", "satisfied", "response", "burden"].map((key) => html`<li key=${key}>${t(`answer.empty.${key}`)}</li>`)}</ul>
    <p class="quiet small">${t("answer.empty.more")}</p></div>`;
}

function Answer({ answer }) {
  const old = state.checked && state.asked !== state.checked.id;
  return html`
    ${old && html`<p class="note warning">${t("answer.old")}</p>`}
    <p class="first">${say(answer.sentence)}</p>
    ${!answer.done && html`<p class="quiet small">${t("answer.after", { n: number(answer.n_pairs), of: number(answer.of) })}</p>`}
    <${Rows} rows=${answer.rows} />
    <${Fold} title=${t("groups.title")}><${Groups} groups=${answer.groups} /><//>
    <${Fold} title=${t("why.title")}><${Why} account=${answer.account} feelings=${answer.feelings} /><//>
    <section class="sure" aria-labelledby="sure-title"><h3 id="sure-title">${t("sure.title")}</h3>
      <ol>${(answer.sure ?? []).map((line, k) => html`<li key=${k}>${say(line)}</li>`)}</ol>
    </section>
    <${Fold} title=${t("series.title")}><${Series} series=${answer.series} /><//>
    <${Details} answer=${answer} />
    <${Take} />`;
}
