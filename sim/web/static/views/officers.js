// Officers, one dot each, in a row by role. A dot is dragged to another row, or taken up and put down by keyboard.
import { html, useState } from "../vendor/preact-htm.js";
import { change, state } from "../state.js";
import { edit } from "../actions.js";
import { moveOfficers, setNight, setOfficers } from "../questions.js";
import { number, say, t } from "../words.js";

const MOST_DOTS = 120;   // of a row; beyond, a dot stands for several
const SIDE = "instead";

export function Officers() {
  const completed = state.checked?.question;
  if (!completed) return null;
  const [today, instead] = [completed.today.officers, completed.instead.officers];
  // What is as today need not be said, unless it was said of today.
  const usual = Object.fromEntries(Object.entries(today).filter(([role]) => !(role in (state.question.today.officers ?? {}))));
  const roles = state.start.roles.filter(({ key }) => instead[key] || today[key]);
  const others = state.start.roles.filter((role) => !roles.includes(role));
  const each = Math.max(1, Math.ceil(Math.max(...roles.map(({ key }) => instead[key] ?? 0)) / MOST_DOTS));
  return html`
    <section class="officers" aria-labelledby="officers-title">
      <h3 id="officers-title">${t("officers.title")}</h3>
      <p class="quiet small" id="officers-how">${each > 1 ? t("officers.each", { n: each }) : t("officers.one")} ${t("officers.how")}</p>
      <${Rows} roles=${roles} now=${instead} usual=${usual} today=${today} each=${each} />
      ${others.length > 0 && html`<label class="small other"><span>${t("officers.add")}</span>
        <select value="" onChange=${({ target }) => target.value && edit(setOfficers(state.question, SIDE, target.value, 1, usual))}>
          <option value="">${t("officers.choose")}</option>
          ${others.map(({ key, name }) => html`<option key=${key} value=${key}>${say(name)}</option>`)}</select></label>`}
      <${Night} />
    </section>`;
}

function Rows({ roles, now, usual, today, each }) {
  const [taken, take] = useState(null);      // {from, to} while a dot is held by keyboard
  const [over, hover] = useState(null);      // the row that a dragged dot is above
  const move = (from, to) => {
    const n = Math.min(each, now[from] ?? 0);
    if (from === to || !n) return;
    edit(moveOfficers(state.question, SIDE, from, to, now, usual, n));
    change({ said: t("officers.moved", { n, from: name(roles, from), to: name(roles, to) }) });
  };
  const keys = (event, key, place) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!taken) {
        take({ from: key, to: key });
        change({ said: t("officers.taken", { from: name(roles, key) }) });
      } else {
        move(taken.from, taken.to);
        take(null);
      }
    } else if (event.key === "Escape" && taken) {
      take(null);
      change({ said: t("officers.left") });
    } else if (step && taken) {
      event.preventDefault();
      const at = roles.findIndex((role) => role.key === taken.to);
      const to = roles[Math.min(roles.length - 1, Math.max(0, at + step))].key;
      take({ ...taken, to });
      change({ said: t("officers.over", { to: name(roles, to), n: number(now[to] ?? 0) }) });
    } else if (step) {
      event.preventDefault();
      event.currentTarget.closest("ul").querySelectorAll(".dots")[Math.min(roles.length - 1, Math.max(0, place + step))].focus();
    }
  };
  return html`<ul>${roles.map((role, place) => html`
    <${Row} key=${role.key} role=${role} n=${now[role.key] ?? 0} before=${today[role.key] ?? 0} each=${each}
      held=${taken?.from === role.key} target=${(taken?.to ?? over) === role.key && (taken || over) && taken?.from !== role.key}
      onKeyDown=${(event) => keys(event, role.key, place)} onBlur=${() => take(null)} onOver=${hover} onMove=${move}
      set=${(n) => edit(setOfficers(state.question, SIDE, role.key, n, usual))} />`)}</ul>`;
}

const name = (roles, key) => say(roles.find((role) => role.key === key).name);

function Row({ role, n, before, each, held, target, onKeyDown, onBlur, onOver, onMove, set }) {
  const drop = (event) => {
    event.preventDefault();
    onOver(null);
    onMove(event.dataTransfer.getData("text/plain"), role.key);
  };
  const dots = Math.round(n / each);
  const label = t(held ? "officers.held" : "officers.row", { role: say(role.name), n: number(n), before: number(before) });
  return html`
    <li class=${`role ${role.key}${target ? " target" : ""}`} onDragOver=${(event) => { event.preventDefault(); onOver(role.key); }}
      onDragLeave=${() => onOver(null)} onDrop=${drop}>
      <span class="rolename">${say(role.name)}</span>
      <div class=${`dots${held ? " held" : ""}`} role="button" tabindex="0" aria-pressed=${held} aria-label=${label}
        aria-describedby="officers-how" onKeyDown=${onKeyDown} onBlur=${onBlur}>
        ${Array.from({ length: dots }, (_, k) => html`<i key=${k} draggable="true" class=${k * each >= before ? "new" : ""}
          onDragStart=${(event) => event.dataTransfer.setData("text/plain", role.key)}></i>`)}
        ${Array.from({ length: Math.max(0, Math.round(before / each) - dots) }, (_, k) => html`<i key=${`gone${k}`} class="gone"></i>`)}
      </div>
      <span class="steps">
        <button aria-label=${t("officers.less", { role: say(role.name) })} disabled=${n < 1} onClick=${() => set(n - 1)}>−</button>
        <output>${number(n)}</output>
        <button aria-label=${t("officers.more", { role: say(role.name) })} onClick=${() => set(n + 1)}>+</button>
      </span>
    </li>`;
}

function Night() {
  const { today, instead } = state.checked.question;
  const n = Math.round(instead.night * (instead.officers.response ?? 0));
  const percent = (share) => number(share * 100, { decimals: 0 });
  const said = t("officers.night.said", { n: number(n), share: percent(instead.night), usual: percent(today.night) });
  const take = (share) => edit(setNight(state.question, SIDE, share === today.night ? null : share));
  return html`<label class="night"><span>${t("officers.night")}</span>
    <input type="range" min="5" max="60" step="1" value=${Math.round(instead.night * 100)} aria-valuetext=${said}
      onChange=${({ target }) => take(Number(target.value) / 100)} />
    <span class="quiet small">${said}</span></label>`;
}
