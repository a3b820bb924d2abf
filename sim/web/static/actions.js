// What a person can do on the page. Each asks the server where that is needed, and changes the state.
import { change, keep, kept, link, readLink, state, writeLink } from "./state.js";
import { Refused, get, give, openSocket, post } from "./server.js";
import { sameQuestion } from "./questions.js";
import { both, say, t } from "./words.js";

const CHECK_AFTER_MS = 250;
const MOST_AT_ONCE = 3;
const AGAIN_MS = 2000;
let send = null;
let checking = 0;
let timer = null;
let waiting = false;      // for the server to come back
const watchers = new Map();     // of questions whose hours the map shows, by id

/** Begin: who the server is, which question the address or the last visit holds. */
export async function begin() {
  const last = kept();
  const browser = navigator.language?.startsWith("zh") ? "zh" : "en";
  change({ lang: last.lang ?? browser });
  try {
    change({ start: await get("/api/start"), trouble: null });
  } catch (error) {
    tell(error);
    setTimeout(begin, AGAIN_MS);
    return;
  }
  send = openSocket({ onOpen, onMessage, onStrip, onAway });
  addEventListener("popstate", () => openLink(false));
  addEventListener("hashchange", () => openLink(false));
  await openLink(true, last.question);
}

async function openLink(first, before = null) {
  const { question, view, broken } = readLink();
  change({ view });
  if (broken) change({ trouble: { words: both("trouble.link"), kind: "refused" } });
  const wanted = question ?? (first ? before : null) ?? state.start.question;
  if (!first && state.question && sameQuestion(wanted, state.question)) return;
  await take(wanted);
  if (first && question === null && before && state.trouble) await take(state.start.question);
}

/** Take over a question as it is, and show its answer if it was asked before. */
export async function take(question) {
  const checked = await check(question);
  if (!checked) return;
  change({ question: asAsked(checked), answer: null, progress: null, asked: null, lit: null });
  writeLink();
  await openCity();
  watch(checked);
  await showAnswer(checked.id);
}

// The server's reply says everything; the question keeps what was said of officers, and not what a city has anyway.
function asAsked({ question, canonical }) {
  const said = JSON.parse(canonical);
  const side = (name) => ({ ...question[name], officers: said[name]?.officers ?? {}, night: said[name]?.night ?? null });
  return { ...question, start: said.start ?? null, today: side("today"), instead: side("instead") };
}

/** Change the question; the server then says what it costs and means. */
export function edit(question) {
  const cityChanged = question.city !== state.question.city || question.part !== state.question.part;
  change({ question, trouble: null });
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const checked = await check(question);
    writeLink();
    if (checked && cityChanged) await openCity();
    if (checked && cityChanged) watch(checked);
    if (checked && !state.progress && checked.id !== state.asked) await showAnswer(checked.id, true);
  }, CHECK_AFTER_MS);
}

async function check(question) {
  const mine = ++checking;
  try {
    const checked = await post("/api/questions", question);
    if (mine !== checking) return null;
    change({ checked, trouble: null });
    keep({ question, lang: state.lang });
    return checked;
  } catch (error) {
    if (mine === checking) tell(error);
    return null;
  }
}

/** Let the map show a question's hours. It follows what is asked, not every change of the question. */
function watch(checked) {
  if (checked.faults?.length || checked.id === state.watched?.id) return;
  change({ watched: checked, branching: null });
}

async function openCity() {
  const { city, part } = state.question;
  try {
    change({ city: await get(`/api/city/${encodeURIComponent(city)}?part=${encodeURIComponent(part ?? "")}`), picked: null, story: null });
  } catch (error) {
    tell(error);
  }
}

/** Show the answer as far as there is one. A question that was never asked has none. */
async function showAnswer(id, keepOld = false) {
  try {
    const answer = await get(`/api/questions/${id}/answer`);
    if (!answer.n_pairs) return;
    change({ answer, asked: id });
    if (state.checked?.id === id) watch(state.checked);
    if (!answer.done) send({ do: "follow", id });
  } catch (error) {
    if (error.kind === "offline") tell(error);
    else if (!keepOld) change({ answer: null });
  }
}

/** Ask: begin the runs, and follow the answer while it grows. */
export async function ask() {
  clearTimeout(timer);
  const checked = await check(state.question);
  if (!checked || checked.faults?.length) return;
  const asked = checked.id;
  if (asked !== state.asked) change({ answer: null });
  change({ asked, trouble: null, progress: { done: 0, of: state.question.seeds, seconds_left: checked.seconds } });
  writeLink({ push: true });
  watch(checked);
  try {
    await post(`/api/questions/${asked}/ask`);
    send({ do: "follow", id: asked });
  } catch (error) {
    change({ progress: null });
    tell(error);
  }
}

export async function stop() {
  const { asked } = state;
  change({ progress: null, said: t("ask.stopped") });
  try {
    await post(`/api/questions/${asked}/stop`);
  } catch (error) {
    tell(error);
  }
}

function onOpen() {
  if (!state.online) change({ online: true, trouble: state.trouble?.kind === "offline" ? null : state.trouble });
  if (state.asked && !state.answer?.done) send({ do: "follow", id: state.asked });
}

function onAway() {
  for (const watcher of watchers.values()) watcher.failed(new Refused(both("trouble.offline"), "offline"));
  change({ online: false });
}

function onMessage(message) {
  if (message.notice) change({ notice: message.notice });
  if (message.id && growLevel(message)) return undefined;
  if (message.error) watchers.get(message.about)?.failed(new Refused(message.error, message.kind));
  if (message.error && !state.progress && message.kind === "refused" && message.about === state.watched?.id) return undefined;
  if (message.error) return tell(new Refused(message.error, message.kind ?? "run"));
  if (message.id && message.id !== state.asked) return undefined;
  if (message.progress) change({ progress: message.progress.running === false ? null : message.progress });
  if (message.answer) grow(message.answer);
  return undefined;
}

function grow(answer) {
  const values = { answer };
  if (answer.done) Object.assign(values, { progress: null, said: say(answer.sentence) });
  else if (!state.answer) values.said = say(answer.sentence);
  change(values);
}

function onStrip(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  watchers.get(head.id)?.strip(head, buffer);
}

/** What the map's source needs: to ask for hours of a question, and to hear of them. */
export const live = {
  watch: (message) => send({ do: "watch", ...message }),
  listen(id, watcher) {
    watchers.set(id, watcher);
    return () => watchers.get(id) === watcher && watchers.delete(id);
  },
};

/** "From here, do this instead": a new question that is the same up to the hour. */
export async function branch({ side, hour, strategies }) {
  try {
    const checked = await post(`/api/questions/${state.checked.id}/branch`, { side, hour, strategies });
    await take(checked.question);
    writeLink({ push: true });
  } catch (error) {
    tell(error);
  }
}

/** Ask one question a level of staff; the server does one after the other, the first pairs of all before any second. */
export async function askLevels(kind, levels) {
  change({ levels: { kind, levels, running: true, trouble: null } });
  for (const level of levels) {
    try {
      const { id, faults } = await post("/api/questions", level.question);
      if (faults.length) throw new Refused(faults[0]);
      await freePlace();
      await post(`/api/questions/${id}/ask`);
      setLevel({ ...level, id });
      send({ do: "follow", id });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      change({ levels: { ...state.levels, trouble: error.words, running: false } });
      return;
    }
  }
}

const running = () => state.levels.levels.filter(({ id, answer }) => id && !answer?.done);

/** Wait until a question of the ladder is done where as many run as the server lets one page run. */
async function freePlace() {
  while (running().length >= MOST_AT_ONCE) await new Promise((go) => setTimeout(go, 300));
}

function setLevel(level) {
  const levels = state.levels.levels.map((one) => (one.at === level.at ? level : one));
  change({ levels: { ...state.levels, levels, running: levels.some(({ answer }) => !answer?.done) } });
}

function growLevel(message) {
  const level = state.levels?.levels.find(({ id }) => id === message.id);
  if (!level) return false;
  if (message.answer) setLevel({ ...level, answer: message.answer });
  else if (message.progress) setLevel({ ...level, progress: message.progress.words });
  return level.id !== state.asked;
}

/** Give the server a force's files; it says what it makes of them. */
export async function upload(files) {
  change({ folder: { busy: true, n: files.length } });
  try {
    const folder = await give("/api/folders", files);
    change({ folder, ...(folder.key ? { start: await get("/api/start") } : {}) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    change({ folder: { fault: error.words } });
  }
}

export async function openCard(city) {
  change({ card: null });
  try {
    change({ card: await get(`/api/card/${encodeURIComponent(city)}`) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    change({ card: { fault: error.words } });
  }
}

/** Read the story of what was picked in the map. */
export async function pick(picked) {
  change({ picked, story: null });
  if (!picked || !state.checked) return;
  const { kind, row, side, from, to } = picked;
  const asked = new URLSearchParams({ kind, row, side, ...(from === undefined ? {} : { from, to }) });
  try {
    const story = await get(`/api/questions/${state.checked.id}/story?${asked}`);
    if (state.picked === picked) change({ story });
  } catch (error) {
    if (state.picked === picked) change({ story: { fault: error.words } });
  }
}

export const light = (key, segments) => change({ lit: segments?.length ? { key, segments } : null });

export function show(view) {
  change({ view, trouble: null });
  writeLink({ push: true });
}

export function chooseLanguage(lang) {
  keep({ lang });
  change({ lang });
}

export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    change({ said });
  } catch {
    change({ said: t("copy.failed") });
  }
}

export const fullLink = () => new URL(link(), location.href).href;

function tell(error) {
  if (!(error instanceof Refused)) throw error;
  const offline = error.kind === "offline";
  change({ trouble: { words: error.words, kind: error.kind }, ...(offline ? { online: false } : {}) });
  if (offline && !waiting) comeBack();
  if (error.kind === "worker" || error.kind === "too large") change({ progress: null });
}

/** Ask every few seconds whether the server is there again; the socket may never have noticed that it was away. */
async function comeBack() {
  waiting = true;
  for (;;) {
    await new Promise((go) => setTimeout(go, AGAIN_MS));
    try {
      await get("/api/start");
      break;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  waiting = false;
  change({ online: true, trouble: null });
  if (state.question) edit(state.question);
}
