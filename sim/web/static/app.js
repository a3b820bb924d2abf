// Put the page together: header, one view, footer. A view is a function of the state.
import { html, render, useEffect, useState } from "./vendor/preact-htm.js";
import { begin } from "./actions.js";
import { state, subscribe } from "./state.js";
import { t } from "./words.js";
import { Header } from "./views/header.js";
import { Trouble } from "./views/trouble.js";
import { QuestionView } from "./views/question.js";
import { MapView } from "./views/map.js";
import { AnswerView } from "./views/answer.js";
import { StaffingView } from "./views/staffing.js";
import { DataView } from "./views/data.js";
import { CardView } from "./views/card.js";

const OTHERS = { staffing: StaffingView, data: DataView, card: CardView };

function Page() {
  const [, redraw] = useState(0);
  useEffect(() => subscribe(() => redraw((n) => n + 1)), []);
  useEffect(() => {
    document.title = t("title");
  }, [state.lang]);
  const Other = OTHERS[state.view];
  return html`
    <a class="skip" href="#main" onClick=${skipTo}>${t("skip")}</a>
    <${Header} />
    <main id="main" tabindex="-1" class=${Other ? "one" : "three"}>
      <${Trouble} />
      ${state.start && (Other ? html`<${Other} />` : html`<${Columns} />`)}
      ${!state.start && !state.trouble && html`<p class="empty" role="status">${t("opening")}</p>`}
    </main>
    <p class="unseen" role="status" aria-live="polite">${state.said}</p>`;
}

// The address is kept for the question: a jump inside the page must not overwrite it.
function skipTo(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

const Columns = () => html`<${QuestionView} /><${MapView} /><${AnswerView} />`;

render(html`<${Page} />`, document.getElementById("page"));
begin();
