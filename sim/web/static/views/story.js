// What is known of the street, officer, resident or call that was picked in the map.
import { html, useEffect, useRef } from "../vendor/preact-htm.js";
import { pick } from "../actions.js";
import { state } from "../state.js";
import { number, say, t } from "../words.js";

export function Story() {
  const { picked, story } = state;
  const head = useRef(null);
  useEffect(() => {
    if (picked) head.current?.focus();
  }, [picked]);
  if (!picked) return null;
  const leave = () => pick(null);
  return html`
    <aside class="story" aria-labelledby="story-title" onKeyDown=${(event) => event.key === "Escape" && leave()}>
      <div class="cardhead"><h2 id="story-title" tabindex="-1" ref=${head}>${story?.title ? say(story.title) : t(`story.${picked.kind}`)}</h2>
        <button class="plain" onClick=${leave}>${t("story.close")}</button></div>
      ${!story && html`<p role="status">${t("story.loading")}</p>`}
      ${story?.fault && html`<p class="note warning">${say(story.fault)}</p>`}
      ${story?.facts?.length > 0 && html`<dl class="facts">${story.facts.map(({ name, value }) => html`<dt>${say(name)}</dt><dd>${value?.en ? say(value) : typeof value === "number" ? number(value) : value}</dd>`)}</dl>`}
      ${story?.lines && (story.lines.length ? html`<ol class="lines">${story.lines.map(({ minute, text }, k) => html`<li key=${k}><time>${clock(minute)}</time> <span>${say(text)}</span></li>`)}</ol>`
        : html`<p class="quiet">${t("story.nothing")}</p>`)}
    </aside>`;
}

function clock(minute) {
  if (typeof minute !== "number") return "";
  const [day, hour, left] = [Math.floor(minute / 1440) + 1, Math.floor(minute / 60) % 24, Math.floor(minute % 60)];
  return t("story.time", { day, time: `${String(hour).padStart(2, "0")}:${String(left).padStart(2, "0")}` });
}
