// How measures went over time on both sides, with the interval of the difference beside them.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import uPlot from "../vendor/uplot.js";
import { number, range, say, t } from "../words.js";
import { Fold } from "./fold.js";

const HEIGHT = 180;

export function Series({ series }) {
  const keys = Object.keys(series ?? {}).filter((key) => key !== "day" && Array.isArray(series[key]?.today));
  const [chosen, choose] = useState(null);
  if (!keys.length) return html`<p class="quiet">${t("series.none")}</p>`;
  const key = keys.includes(chosen) ? chosen : keys[0];
  const name = (one) => say(series.name?.[one] ?? one);
  return html`
    <div class="series">
      ${keys.length > 1 && html`<label class="small"><span>${t("series.choose")}</span>
        <select value=${key} onChange=${({ target }) => choose(target.value)}>${keys.map((one) => html`<option key=${one} value=${one}>${name(one)}</option>`)}</select></label>`}
      <figure><figcaption>${seen(name(key), series[key])}</figcaption>
        <${Chart} day=${series.day} one=${series[key]} /></figure>
      <p class="quiet small keys"><span class="key today">${t("side.today")}</span> <span class="key instead">${t("side.instead")}</span>
        ${typeof series[key].low?.[0] === "number" && html`<span class="key band">${t("series.band")}</span>`}</p>
      <${Fold} title=${t("series.table")}><${Numbers} day=${series.day} one=${series[key]} /><//>
    </div>`;
}

function Numbers({ day, one: { today, instead, low, high } }) {
  const apart = (k) => (typeof low?.[k] === "number" ? range(low[k], high[k], { sign: true }) : t("rows.none"));
  return html`<table><thead><tr>${["series.week", "side.today", "side.instead", "series.difference"].map((key) => html`<th scope="col" key=${key}>${t(key)}</th>`)}</tr></thead>
    <tbody>${day.map((n, k) => html`<tr key=${n}><th scope="row">${number(n)}</th><td>${number(today[k])}</td><td>${number(instead[k])}</td><td>${apart(k)}</td></tr>`)}</tbody></table>`;
}

// The title says what is seen, not what is plotted.
function seen(name, { today, instead, low, high }) {
  const last = today.length - 1;
  const known = typeof low?.[last] === "number";
  const clear = known && (low[last] > 0 || high[last] < 0);
  const key = !known ? "series.seen" : !clear ? "series.seen.unclear" : low[last] > 0 ? "series.seen.more" : "series.seen.less";
  return t(key, { name, today: number(today[last]), instead: number(instead[last]) });
}

function Chart({ day, one }) {
  const box = useRef(null);
  const plot = useRef(null);
  const band = typeof one.low?.[0] === "number" ? [one.today.map((value, k) => value + one.low[k]), one.today.map((value, k) => value + one.high[k])] : [];
  const data = [day, one.today, one.instead, ...band];
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const [ink, accent, line] = ["--quiet", "--accent", "--line"].map((name) => style.getPropertyValue(name).trim());
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line }, font: `12px ${style.getPropertyValue("--type")}` };
    const drawn = new uPlot({
      width: box.current.clientWidth, height: HEIGHT, cursor: { y: false }, legend: { show: false }, scales: { x: { time: false } },
      axes: [{ ...axis, values: (_, at) => at.map((n) => t("series.day", { n: number(n) })) }, { ...axis, size: 52, values: (_, at) => at.map((n) => number(n)) }],
      series: [{}, { stroke: ink, width: 1.5, dash: [5, 3] }, { stroke: accent, width: 2 }, ...band.map(() => ({ stroke: "transparent" }))],
      bands: band.length ? [{ series: [4, 3], fill: `${accent}2e` }] : [],
    }, data, box.current);
    plot.current = drawn;
    const watch = new ResizeObserver(() => drawn.setSize({ width: box.current.clientWidth, height: HEIGHT }));
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      drawn.destroy();
    };
  }, [band.length, document.documentElement.lang]);
  useEffect(() => plot.current.setData(data), [day, one]);
  return html`<div class="chart" ref=${box} role="img" aria-label=${t("series.chart", { n: number(day.length) })}></div>`;
}
