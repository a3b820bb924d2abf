// The head of the page: what this is, the views, the language.
import { html } from "../vendor/preact-htm.js";
import { show, chooseLanguage } from "../actions.js";
import { link, state } from "../state.js";
import { LANGUAGES, say, t } from "../words.js";

const VIEWS = ["ask", "staffing", "data", "card"];

export function Header() {
  const { start, view, lang } = state;
  return html`
    <header>
      <div class="bar">
        <h1>${t("name")}</h1>
        <nav aria-label=${t("nav.label")}>
          ${VIEWS.map((key) => html`<a key=${key} href=${link(state.question, key)} aria-current=${key === view ? "page" : undefined}
            onClick=${(event) => go(event, key)}>${t(`nav.${key}`)}</a>`)}
        </nav>
        <div class="languages" role="group" aria-label=${t("nav.language")}>
          ${LANGUAGES.map(([key, name]) => html`<button key=${key} class="plain" lang=${key === "zh" ? "zh-Hans" : key} aria-pressed=${key === lang}
            onClick=${() => chooseLanguage(key)}>${name}</button>`)}
        </div>
      </div>
      ${view === "ask" && start && html`<p class="told">${say(start.told)} <span class="quiet">${say(state.city?.warning ?? start.warning)}</span></p>`}
    </header>`;
}

// Opened in another tab by the browser itself where the reader asks for that.
function go(event, key) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  show(key);
}
