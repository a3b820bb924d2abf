// Hours and money of both sides, before anything is run: the meter that stays level unless one pays.
import { html } from "../vendor/preact-htm.js";
import { edit } from "../actions.js";
import { state } from "../state.js";
import { number, say, t } from "../words.js";

export function Cost() {
  const { checked, question } = state;
  if (!checked?.cost) return null;
  const { cost } = checked;
  return html`
    <section class="cost" aria-labelledby="cost-title">
      <h3 id="cost-title">${t("cost.title")}</h3>
      <${Meter} name=${t("cost.hours")} unit=${t("cost.hours.unit")} today=${cost.today.hours} instead=${cost.instead.hours} />
      <${Meter} name=${t("cost.money")} unit=${say(cost.money_unit) || t("cost.money.unit")} today=${cost.today.money} instead=${cost.instead.money} />
      <label class="check"><input type="checkbox" checked=${question.equal_cost}
        onChange=${({ target }) => edit({ ...question, equal_cost: target.checked })} /> <span>${t("cost.equal")}</span></label>
    </section>`;
}

function Meter({ name, unit, today, instead }) {
  if (typeof today !== "number" || typeof instead !== "number") return null;
  const most = Math.max(today, instead, 1);
  const more = instead - today;
  const level = Math.abs(more) < 0.005 * most;
  const words = level ? t("cost.level") : t(more > 0 ? "cost.more" : "cost.less", { n: number(Math.abs(more), { decimals: 0 }) });
  return html`<div class=${`meter${level ? "" : " off"}`}>
    <p><span>${name}</span> <strong>${number(instead, { decimals: 0 })}</strong> <span class="quiet small">${unit}</span> <span class="words">${words}</span></p>
    <div class="track" aria-hidden="true"><span class="slide" style=${{ width: `${(100 * instead) / most}%` }}></span><b style=${{ left: `${(100 * today) / most}%` }}></b></div>
  </div>`;
}
