// All state of the page in one place. Views read it, and change it by `change` alone.
import { speak } from "./words.js";
import { canonical } from "./questions.js";

const KEPT = "cpsim.last";
const listeners = new Set();

export const state = {
  lang: "en",
  view: "ask",          // which page is shown: ask, staffing, data or card
  start: null,          // what the server says of itself, its cities and strategies
  city: null,           // the city of the question, as the map needs it
  question: null,       // what is asked
  checked: null,        // the question as the server completed it: id, command, cost, faults
  watched: null,        // the completed question whose hours the map shows
  branching: null,      // {side, minute} from which something else is to be done
  asked: null,          // the id of the question that is answered at the right
  answer: null,
  progress: null,       // of the runs: done, of, seconds_left
  trouble: null,        // {words, kind, about}: what went wrong last
  online: true,
  lit: null,            // {key, segments}: what the map lights up
  picked: null,         // {kind, row, side, minute}: what was clicked in the map
  story: null,
  levels: null,         // of staff: {kind, levels: [{at, question, id, answer, progress}], running}
  folder: null,         // what the server says of a force's files
  card: null,           // of validity
  notice: null,         // what the server says of itself while it gets ready
  said: "",             // read out to who does not see
};

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let queued = false;
/** Put new values into the state and tell the views, once for all changes of a moment. */
export function change(values) {
  Object.assign(state, values);
  if ("lang" in values) speak(state.lang);
  if (queued) return;
  queued = true;
  queueMicrotask(() => {
    queued = false;
    for (const listener of listeners) listener();
  });
}

/** What the address of the page says: a question, a view. */
export function readLink(hash = location.hash) {
  const parts = new URLSearchParams(hash.slice(1));
  let question = null;
  try {
    question = parts.has("q") ? JSON.parse(parts.get("q")) : null;
  } catch {
    question = null;
  }
  return { question, view: parts.get("v") ?? "ask", broken: parts.has("q") && (question === null || typeof question !== "object") };
}

/** The address that leads back to what is on the page now. */
export function link(question = state.question, view = state.view) {
  const parts = new URLSearchParams();
  if (view !== "ask") parts.set("v", view);
  if (question) parts.set("q", canonical(question));
  return `#${parts}`;
}

/** Write the address. A step that one may want to take back is pushed; the others replace the last. */
export function writeLink({ push = false } = {}) {
  const hash = link();
  if (hash === location.hash) return;
  history[push ? "pushState" : "replaceState"](null, "", hash);
}

/** Remember for the next visit. Where the browser forbids it, nothing is remembered. */
export function keep(values) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...values }));
  } catch { /* a private window */ }
}

export function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
