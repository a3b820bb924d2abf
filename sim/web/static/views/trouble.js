// What went wrong, in one sentence, and what can be done about it. Nothing is modal; what was there stays.
import { html } from "../vendor/preact-htm.js";
import { ask } from "../actions.js";
import { change, state } from "../state.js";
import { say, t } from "../words.js";

export function Trouble() {
  const { trouble, online } = state;
  if (!online) return html`<${Note} kind="warning" words=${t("trouble.offline")} more=${t("trouble.offline.more")} />`;
  if (!trouble) return null;
  const more = { worker: t("trouble.worker.more"), "too large": t("trouble.large.more") }[trouble.kind];
  return html`<${Note} kind=${trouble.kind === "worker" ? "warning" : "fault"} words=${say(trouble.words)} more=${more}>
    ${trouble.kind === "worker" && html`<button onClick=${ask}>${t("trouble.again")}</button>`}
    <button class="plain" onClick=${() => change({ trouble: null })}>${t("trouble.close")}</button>
  <//>`;
}

export function Note({ kind, words, more, children }) {
  return html`<div class=${`note ${kind}`} role=${kind === "fault" ? "alert" : "status"}>
    <p><strong>${t(`note.${kind}`)}</strong> ${words} ${more && html`<span>${more}</span>`}</p>${children}
  </div>`;
}
