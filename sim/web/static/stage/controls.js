// The player's buttons and the time bar, which is the spine of the page.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { SPEEDS } from "./player.js";
import { canRecord, Clip, save, toPng } from "./record.js";
import { BAR_HEIGHT, drawTimebar } from "./timebar.js";
import { say } from "./words.js";

export const speedWords = (speed, lang) => (speed < 60 ? say(lang, "speed_min", { n: speed }) : say(lang, "speed_h", { n: speed / 60 }));

const ICONS = {
  play: "M5 3 17 10 5 17Z", pause: "M4 3h4v14H4ZM12 3h4v14h-4Z", back: "M12 4 5 10l7 6ZM15 4h2v12h-2Z", on: "M8 4l7 6-7 6ZM3 4h2v12H3Z",
  start: "M16 4 8 10l8 6ZM4 4h2v12H4Z", branch: "M5 2v16M5 12c6 0 9-2 9-8M11 6l3-3 3 3",
};
const Icon = ({ name }) => html`<svg viewBox="0 0 20 20" aria-hidden="true" class=${name === "branch" ? "stage-line" : ""}><path d=${ICONS[name]} /></svg>`;
const Button = ({ name, icon, onClick, main }) => html`<button type="button" class=${main ? "stage-play" : ""} title=${name} aria-label=${name} onClick=${onClick}><${Icon} name=${icon} /></button>`;

export function Controls({ player, lang, live, keys, onBranch, name, picture }) {
  const word = (key) => say(lang, key);
  return html`<div class="stage-player">
    <div class="stage-buttons">
      <${Button} name=${word("to_start")} icon="start" onClick=${() => player.go(0)} />
      <${Button} name=${word("step_back")} icon="back" onClick=${() => player.step(-1)} />
      <${Button} name=${word(player.playing ? "pause" : "play")} icon=${player.playing ? "pause" : "play"} main onClick=${() => player.toggle()} />
      <${Button} name=${word("step_on")} icon="on" onClick=${() => player.step(1)} />
      <select aria-label=${word("speed")} value=${player.speed} onChange=${(event) => player.setSpeed(Number(event.target.value))}>
        ${SPEEDS.map((s) => html`<option value=${s} selected=${s === player.speed}>${speedWords(s, lang)}</option>`)}
      </select>
      <span class="stage-clock">${player.clock(lang)}</span>
      <span class="stage-files">
        <button type="button" onClick=${async () => save(await toPng(picture()), fileName(name, player, "png"))}>${word("picture")}</button>
        <${ClipButton} lang=${lang} live=${live} picture=${picture} file=${(type) => fileName(name, player, type.includes("mp4") ? "mp4" : "webm")} />
      </span>
      ${onBranch && html`<button type="button" class="stage-branch" onClick=${() => onBranch(keys[keys.length - 1], player.minute)}><${Icon} name="branch" />${word("branch")}</button>`}
    </div>
    <${TimeBar} player=${player} lang=${lang} />
  </div>`;
}

const fileName = (name, player, ending) => `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}-${String(Math.floor(player.minute)).padStart(6, "0")}.${ending}`;

function ClipButton({ lang, live, picture, file }) {
  const [clip, setClip] = useState(null);
  if (!canRecord()) return html`<button type="button" disabled title=${say(lang, "no_clip")}>${say(lang, "clip")}</button>`;
  const press = () => {
    if (clip) { clip.stop(); return; }
    const made = new Clip(picture);
    live.clip = made;
    setClip(made);
    made.done.then((blob) => { live.clip = null; setClip(null); save(blob, file(blob.type)); });
  };
  return html`<button type="button" aria-pressed=${clip !== null} class=${clip ? "stage-recording" : ""} onClick=${press}>${say(lang, clip ? "clip_stop" : "clip")}</button>`;
}

function TimeBar({ player, lang }) {
  const box = useRef(null), canvas = useRef(null), head = useRef(null), drawn = useRef("");
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const sizes = new ResizeObserver(() => setWidth(Math.round(box.current.clientWidth)));
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    if (width < 10) return;
    const dpr = Math.min(window.devicePixelRatio || 1, 2), key = [width, dpr, lang, ...[...player.sides.values()].map((s) => s.events.version)].join();
    if (key !== drawn.current) {
      drawn.current = key;
      canvas.current.width = width * dpr; canvas.current.height = BAR_HEIGHT * dpr;
      drawTimebar(canvas.current.getContext("2d"), width, dpr, player, { lang });
    }
    head.current.style.transform = `translateX(${(player.minute / player.end) * width}px)`;
  });
  const drag = useDrag(box, player);
  return html`<div class="stage-time">
    <div class="stage-bar" ref=${box} tabindex="0" role="slider" aria-label=${`${say(lang, "time")}. ${say(lang, "time_keys")}`} aria-valuemin="0" aria-valuemax=${player.end}
      aria-valuenow=${Math.round(player.minute)} aria-valuetext=${player.clock(lang)} ...${drag} onKeyDown=${(event) => barKeys(event, player)}>
      <canvas ref=${canvas} aria-hidden="true"></canvas><i ref=${head} class="stage-now"></i>
    </div>
    <p class="stage-bar-key" aria-hidden="true"><span class="stage-key-calls">${say(lang, "bar_above")}</span><span class="stage-key-offences">${say(lang, "bar_below")}</span></p>
  </div>`;
}

function useDrag(box, player) {
  const held = useRef(null);
  const to = (event) => { const b = box.current.getBoundingClientRect(); player.go(((event.clientX - b.left) / b.width) * player.end); };
  return {
    onPointerDown(event) {
      if (event.button > 0) return;
      box.current.setPointerCapture?.(event.pointerId);
      held.current = { playing: player.playing };
      player.pause();
      to(event);
    },
    onPointerMove(event) { if (held.current) to(event); },
    onPointerUp() { if (held.current?.playing) player.play(); held.current = null; },
    onPointerCancel() { held.current = null; },
  };
}

function barKeys(event, player) {
  const day = event.shiftKey ? 24 : 1;
  const moves = {
    ArrowLeft: () => player.step(-1), ArrowDown: () => player.step(-1), ArrowRight: () => player.step(1), ArrowUp: () => player.step(1),
    PageUp: () => player.go(player.minute + 60 * day), PageDown: () => player.go(player.minute - 60 * day),
    Home: () => player.go(0), End: () => player.go(player.end),
  };
  if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  moves[event.key]();
}
