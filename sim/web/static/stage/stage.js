// The stage as a part of the page: one or two living maps with one clock, and everything that explains them.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { Camera } from "./camera.js";
import { City } from "./city.js";
import { Controls } from "./controls.js";
import { tip } from "./describe.js";
import { Layers, Legend } from "./legend.js";
import { Loop } from "./loop.js";
import { StageMap } from "./map.js";
import { Player } from "./player.js";
import { joined } from "./record.js";
import { Told } from "./told.js";
import { inWords, say } from "./words.js";

const LAYERS = { surface: null, walkers: true, officers: true, calls: true, offences: true, night: false };
const MORNING_MIN = 450; // when a city is busy: where a stage opens
const calm = () => window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;

/**
 * Show a source.
 * @param props source: see docs/page-protocol.md; lang; sides: keys of the sides to show (all); layers: what is shown at first;
 * minute: where to begin; lit: {segments, officers, residents} to light up; onPick(what, side, minute); onBranch(side,
 * minute); onTime(minute); onLayers(layers); onReady({player, maps, camera, city, highlight, picture}); workerUrl
 */
export function Stage(props) {
  const { source, lang, sides, lit } = props;
  const [open, setOpen] = useState(null), [error, setError] = useState(null), [layers, setLayers] = useState({ ...LAYERS, ...props.layers });
  const [, renew] = useState(0);
  useEffect(() => openSource(props, setOpen, setError), [source]);
  const keys = open ? (sides || open.head.sides.map((s) => s.key)).filter((k) => open.player.sides.has(k)) : [];
  const live = useRef({ maps: new Map() }), box = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const loop = new Loop(open.player, live.current.maps, { frame: () => live.current.clip?.frame(), words: () => { renew((n) => n + 1); props.onTime?.(open.player.minute); } }, { still: calm() });
    live.current.loop = loop;
    return () => loop.close();
  }, [open]);
  useEffect(() => {
    if (!open) return;
    props.onReady?.({ ...open, maps: live.current.maps, highlight: (what) => highlight(live.current, what), picture: (canvas) => pictureOf(live.current, open, keys, lang, canvas), loop: live.current.loop });
  }, [open, lang]);
  useEffect(() => { highlight(live.current, lit || {}); }, [lit, open]);
  useEffect(() => { for (const map of live.current.maps.values()) map.set({ ...layers, lang }); if (live.current.loop) live.current.loop.dirty = true; }, [layers, lang, open, keys.join()]);
  const change = (some) => { const next = { ...layers, ...some }; setLayers(next); props.onLayers?.(next); };
  if (error) return html`<p class="stage-broken" role="alert">${say(lang, "broken", { why: inWords(error.words, lang) || error.message })}</p>`;
  if (!open) return html`<div class="stage"><div class="stage-maps"><p class="stage-opening" role="status">${say(lang, "opening")}</p></div></div>`;
  const { player, head } = open, scene = player.sides.get(keys[0])?.scene;
  return html`<section class="stage" ref=${box} aria-label=${say(lang, "map")} onKeyDown=${(event) => stageKeys(event, player)}>
    <div class="stage-maps" data-n=${keys.length}>
      ${keys.map((side) => html`<${OneMap} key=${side} side=${side} open=${open} lang=${lang} live=${live.current} layers=${layers} onPick=${props.onPick} alone=${keys.length === 1} />`)}
    </div>
    <${Controls} player=${player} lang=${lang} live=${live.current} keys=${keys} onBranch=${props.onBranch} name=${inWords(head.name, lang)} picture=${(canvas) => pictureOf(live.current, open, keys, lang, canvas)} />
    <${Layers} lang=${lang} layers=${layers} change=${change} scales=${scene?.scales} two=${keys.length > 1} />
    <${Legend} lang=${lang} roles=${scene?.roles || head.roles || []} kinds=${scene?.kinds} />
    <${Told} player=${player} keys=${keys} city=${open.city} head=${head} lang=${lang} onPick=${props.onPick} />
  </section>`;
}

function openSource(props, setOpen, setError) {
  let player = null, gone = false;
  setOpen(null); setError(null);
  (async () => {
    const [head, buffer] = await Promise.all([props.source.head(), props.source.streets()]);
    if (gone) return;
    const city = new City(head, buffer), end = head.n_hours * 60;
    player = new Player(props.source, head, city, { minute: Math.min(props.minute ?? MORNING_MIN, end), speed: props.speed, workerUrl: props.workerUrl });
    if (!calm() && props.alive !== false) player.play();
    setOpen({ head, city, player, camera: new Camera(city.bounds, city.metre) });
  })().catch((error) => { if (!gone) setError(error); });
  return () => { gone = true; player?.close(); };
}

function highlight(live, what) {
  for (const map of live.maps.values()) map.highlight(what);
  if (live.loop) live.loop.dirty = true;
}

function pictureOf(live, open, keys, lang, canvas) {
  const sides = new Map(open.head.sides.map((s) => [s.key, inWords(s.name, lang)])), name = inWords(open.head.name, lang);
  const captions = keys.map((k) => `${name} · ${sides.get(k)} · ${open.player.clock(lang)}`);
  return joined(keys.map((k) => live.maps.get(k)), captions, [open.head.synthetic ? say(lang, "synthetic") : "", inWords(open.head.attribution, lang)].filter(Boolean).join(" "), canvas);
}

/** Space plays and pauses wherever one is on the stage, but in what has a use for it of its own. */
function stageKeys(event, player) {
  if (event.key !== " " || /^(BUTTON|INPUT|SELECT|SUMMARY|A|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  player.toggle();
}

function OneMap({ side, open, lang, live, layers, onPick, alone }) {
  const place = useRef(null), [over, setOver] = useState(null), { head, city, camera, player } = open;
  const picks = useRef(null);
  picks.current = onPick;
  useEffect(() => {
    const map = new StageMap(place.current, city, camera, {
      pick: (what) => picks.current?.(what, side, player.minute),
      hover: (what, x, y) => setOver(what && { what, x, y }),
    });
    map.set({ ...layers, lang });
    live.maps.set(side, map);
    if (live.loop) live.loop.dirty = true;
    return () => { map.close(); live.maps.delete(side); };
  }, [open, side]);
  const name = inWords(head.sides.find((s) => s.key === side)?.name, lang), town = inWords(head.name, lang);
  const scene = player.sides.get(side).scene;
  return html`<figure class="stage-map">
    <figcaption>${name}</figcaption>
    <div class="stage-canvas" ref=${place} tabindex="0" role="application" aria-roledescription=${say(lang, "map")} aria-label=${`${say(lang, "map_of", { name: town, side: name })} ${say(lang, "map_keys")}`}></div>
    ${over && scene && html`<${Tip} over=${over} lines=${tip(over.what, scene, city, head, lang, layers.surface, layers.surface && scene.scales[layers.surface])} camera=${camera} />`}
    <${Corner} camera=${camera} lang=${lang} head=${head} first=${alone || head.sides[0].key === side} />
    ${player.waiting && html`<p class="stage-waiting" role="status">${say(lang, player.error ? "failed" : "loading")}</p>`}
  </figure>`;
}

function Tip({ over, lines, camera }) {
  const box = useRef(null);
  useEffect(() => {
    const element = box.current, w = element.offsetWidth, h = element.offsetHeight;
    element.style.left = `${Math.max(4, Math.min(over.x + 14, camera.width - w - 4))}px`;
    element.style.top = `${over.y + 18 + h > camera.height ? Math.max(4, over.y - h - 12) : over.y + 18}px`;
  });
  return html`<div class="stage-tip" ref=${box}>${lines.map((line, k) => (k ? html`<span>${line}</span>` : html`<b>${line}</b>`))}</div>`;
}

/** Scale, north, attribution, and buttons to come closer. */
function Corner({ camera, lang, head, first }) {
  const bar = useRef(null), { metres, width } = camera.scaleBar(110);
  const [, renew] = useState(0);
  useEffect(() => camera.onChange(() => renew((n) => n + 1)), [camera]);
  useEffect(() => { bar.current.style.width = `${width}px`; });
  const words = metres >= 1000 ? say(lang, "kilometres", { n: metres / 1000 }) : say(lang, "metres", { n: metres });
  return html`<div class="stage-corner">
      <span class="stage-north" role="img" aria-label=${say(lang, "north")}><svg viewBox="0 0 20 26" aria-hidden="true"><path d="M10 1 17 24 10 19 3 24Z" /></svg>${say(lang, "north_letter")}</span>
      <span class="stage-scale"><i ref=${bar}></i>${words}</span>
    </div>
    ${first && html`<p class="stage-notice">${head.synthetic ? `${say(lang, "synthetic")} ` : ""}${inWords(head.attribution, lang)}</p>`}
    <div class="stage-zoom">
      <button type="button" title=${say(lang, "zoom_in")} aria-label=${say(lang, "zoom_in")} onClick=${() => camera.zoom(1.6)}>+</button>
      <button type="button" title=${say(lang, "zoom_out")} aria-label=${say(lang, "zoom_out")} onClick=${() => camera.zoom(1 / 1.6)}>−</button>
      <button type="button" title=${say(lang, "fit")} aria-label=${say(lang, "fit")} onClick=${() => camera.fit()}>⤢</button>
    </div>`;
}
