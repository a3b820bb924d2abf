// A force's own files: dropped here, checked as `cpsim force check` does, and then a city like any other.
import { html, useState } from "../vendor/preact-htm.js";
import { edit, show, upload } from "../actions.js";
import { state } from "../state.js";
import { number, say, t } from "../words.js";
import { Note } from "./trouble.js";

const MB = 1 << 20;

export function DataView() {
  const { start, folder } = state;
  const [over, hover] = useState(false);
  if (!start.flags.folders) return html`<section class="page"><h2>${t("data.title")}</h2><p>${t("data.off")}</p><${Shell} /></section>`;
  const drop = async (event) => {
    event.preventDefault();
    hover(false);
    await upload(await filesOf(event.dataTransfer));
  };
  return html`
    <section class="page" aria-labelledby="data-title">
      <h2 id="data-title">${t("data.title")}</h2>
      <p>${t("data.line")}</p>
      <div class=${`drop${over ? " over" : ""}`} onDragOver=${(event) => { event.preventDefault(); hover(true); }} onDragLeave=${() => hover(false)} onDrop=${drop}>
        <p>${t("data.drop")}</p>
        <label class="file"><span>${t("data.folder")}</span>
          <input type="file" webkitdirectory multiple onChange=${({ target }) => upload([...target.files])} /></label>
        <label class="file"><span>${t("data.files")}</span>
          <input type="file" multiple onChange=${({ target }) => upload([...target.files])} /></label>
        <p class="quiet small">${t("data.limits", { files: number(start.limits.upload_files), mb: number(start.limits.upload_bytes / MB, { decimals: 0 }) })}</p>
      </div>
      ${folder?.busy && html`<p role="status">${t("data.busy", { n: number(folder.n) })}</p>`}
      ${folder?.fault && html`<${Note} kind="fault" words=${say(folder.fault)} />`}
      ${folder?.lines && html`<${Checked} folder=${folder} />`}
      <${Shell} />
    </section>`;
}

function Checked({ folder }) {
  const use = () => {
    edit({ ...state.question, city: folder.key, part: "" });
    show("ask");
  };
  return html`
    <section class="checked" aria-labelledby="checked-title"><h3 id="checked-title">${t("data.checked")}</h3>
      ${folder.counts?.length > 0 && html`<dl class="facts">${folder.counts.map(({ name, value }) => html`<dt>${say(name)}</dt><dd>${typeof value === "number" ? number(value) : say(value)}</dd>`)}</dl>`}
      <ul class="lines">${folder.lines.map(({ kind, words }, k) => html`<li key=${k} class=${kind}><strong>${t(`data.${kind}`)}</strong> ${say(words)}</li>`)}</ul>
      ${folder.key ? html`<button class="main" onClick=${use}>${t("data.use")}</button>` : html`<p>${t("data.mend")}</p>`}
    </section>`;
}

const Shell = () => html`<section class="command"><h3>${t("data.shell")}</h3><pre tabindex="0" aria-label=${t("data.shell")}>cpsim force new my_town
cpsim force check my_town --out checked
cpsim force build my_town</pre></section>`;

// A dropped folder is read with all that lies in it; its files keep their way as their name.
async function filesOf(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...dropped.files];
  return (await Promise.all(entries.map(readEntry))).flat();
}

async function readEntry(entry) {
  if (entry.isFile) {
    const file = await new Promise((found, failed) => entry.file(found, failed));
    return [new File([file], entry.fullPath.replace(/^\//, ""), { type: file.type })];
  }
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((found, failed) => reader.readEntries(found, failed));
    if (!some.length) break;
    all.push(...some);
  }
  return (await Promise.all(all.map(readEntry))).flat();
}
