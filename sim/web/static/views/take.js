// What one takes along: files, a link, the command.
import { html } from "../vendor/preact-htm.js";
import { copy, fullLink } from "../actions.js";
import { state } from "../state.js";
import { t } from "../words.js";

const FILES = ["report.html", "report.docx", "report.pdf", "replay.html", "tables.zip", "question.json"];

export function Take() {
  const { asked, lang } = state;
  const name = (what) => what.replace(".", "_");
  return html`
    <section class="take" aria-labelledby="take-title"><h3 id="take-title">${t("take.title")}</h3>
      <ul>${FILES.filter((what) => state.start.takes?.includes(what)).map((what) => html`<li key=${what}><a href=${`/api/questions/${asked}/take/${what}?lang=${lang}`} download=${what}>${t(`take.${name(what)}`)}</a>
        <span class="quiet small">${t(`take.${name(what)}.line`)}</span></li>`)}</ul>
      <p><button onClick=${() => copy(fullLink(), t("take.link.copied"))}>${t("take.link")}</button>
        ${state.checked?.command && html` <button onClick=${() => copy(state.checked.command, t("take.command.copied"))}>${t("take.command")}</button>`}
        <button onClick=${() => print()}>${t("take.print")}</button></p>
      ${state.said && html`<p class="small quiet" aria-hidden="true">${state.said}</p>`}
    </section>`;
}
