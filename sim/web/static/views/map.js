// The map in the middle: the stage, with the hours of the question that is watched, and what one may do from a moment on.
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";
import { branch, pick } from "../actions.js";
import { change, state } from "../state.js";
import { liveSource } from "../source.js";
import { say, t } from "../words.js";

const DAY_MIN = 1440;
const ONE_SIDE_BELOW = 900;   // of the window, in pixels: two maps beside each other are too small there

export function MapView() {
  const { watched, city, lang, lit } = state;
  const [Stage, load] = useState(null);
  const [sides, show] = useState(innerWidth < ONE_SIDE_BELOW ? "instead" : "both");
  // Loaded apart, so that a fault of the map does not take the question and the answer with it.
  useEffect(() => {
    import("../stage/stage.js").then((stage) => load(() => stage.Stage), () => load(() => Missing));
  }, []);
  const ready = watched && city && city.key === watched.question.city;
  const source = useMemo(() => (ready ? liveSource(watched, city) : null), [ready && watched.id]);
  useEffect(() => () => source?.close(), [source]);
  // Before the first hour has come the canvases are black: the paper below them is shown until something is drawn.
  const player = useRef(null);
  const [drawn, draw] = useState(null);
  const look = () => {
    const scenes = [...(player.current?.sides.values() ?? [])];
    if (scenes.length && scenes.every(({ scene }) => scene)) draw(watched.id);
  };
  const segments = useMemo(() => ({ segments: lit?.segments ?? [] }), [lit]);
  return html`
    <section class=${`map${drawn === watched?.id ? "" : " undrawn"}`} aria-label=${t("map.title")}>
      ${state.notice && html`<p class="quiet small" role="status">${say(state.notice)}</p>`}
      ${Stage && source ? html`
        <div class="sides" role="group" aria-label=${t("map.sides")}>${["both", "today", "instead"].map((key) => html`
          <button key=${key} class="plain" aria-pressed=${sides === key} onClick=${() => show(key)}>${t(`map.${key}`)}</button>`)}</div>
        <${Stage} key=${watched.id} source=${source} lang=${lang} sides=${sides === "both" ? ["today", "instead"] : [sides]} lit=${segments}
          minute=${firstMinute(watched)} onPick=${picked} onTime=${look} onReady=${(stage) => { player.current = stage.player; }}
          onBranch=${(side, minute) => change({ branching: { side, minute } })} />`
    : html`<div class="waiting" role="status"><p>${state.checked?.faults?.length ? t("map.faults") : t("map.opening")}</p></div>`}
      <${Branching} />
      ${city && html`<p class="quiet small scale">${say(city.scale)}</p>`}
    </section>`;
}

const Missing = () => html`<p class="empty">${t("map.missing")}</p>`;

const firstMinute = ({ question }) => {
  const { first_hour: hour } = state.start;
  return 60 * (hour < question.days * 24 - 1 ? hour : 8);
};

// A story is told of the day of the moment that was looked at.
function picked(what, side, minute) {
  if (!what) return pick(null);
  const from = Math.floor(minute / DAY_MIN) * DAY_MIN;
  return pick({ ...what, side, from, to: from + DAY_MIN });
}

function Branching() {
  const { branching, start } = state;
  if (!branching) return null;
  const day = Math.ceil(branching.minute / DAY_MIN) + 1;
  const leave = () => change({ branching: null });
  const take = (key) => {
    branch({ side: branching.side, hour: Math.floor(branching.minute / 60), strategies: [{ key }] });
    leave();
  };
  return html`
    <section class="branching" aria-labelledby="branching-title" onKeyDown=${(event) => event.key === "Escape" && leave()}>
      <div class="cardhead"><h3 id="branching-title">${t("branch.title", { day })}</h3><button class="plain" onClick=${leave}>${t("story.close")}</button></div>
      <p class="quiet small">${t("branch.line", { side: t(`side.${branching.side}`) })}</p>
      <ul class="deck">${start.strategies.map(({ key, name, line }) => html`
        <li key=${key}><button onClick=${() => take(key)}><strong>${say(name)}</strong><span class="quiet small">${say(line)}</span></button></li>`)}</ul>
    </section>`;
}
