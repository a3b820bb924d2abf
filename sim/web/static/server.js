// How the page speaks with its server: requests that are answered once, and one socket that brings what grows.
import { both, say } from "./words.js";

/** What the server refused, in its own words; `kind` tells the page which state to show. */
export class Refused extends Error {
  constructor(words, kind = "refused") {
    super(say(words));
    this.words = words;
    this.kind = kind;
  }
}

const away = () => new Refused(both("trouble.offline"), "offline");

async function request(path, options) {
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw away();
  }
  const body = reply.headers.get("content-type")?.includes("json") ? await reply.json() : null;
  if (reply.ok && body !== null) return body;
  throw new Refused(body?.error ?? both("trouble.server"), body?.kind ?? "refused");
}

export const get = (path) => request(path);

export const post = (path, body = {}) =>
  request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export function give(path, files) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.webkitRelativePath || file.name);
  return request(path, { method: "POST", body: form });
}

/** One socket a page. It opens itself anew after the server was away, and then tells `onOpen` again. */
export function openSocket({ onOpen, onMessage, onStrip, onAway }) {
  let socket = null;
  let wait = 500;
  const waiting = [];
  const connect = () => {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      wait = 500;
      onOpen();
      for (const message of waiting.splice(0)) socket.send(message);
    };
    socket.onmessage = ({ data }) => (typeof data === "string" ? onMessage(JSON.parse(data)) : onStrip(data));
    socket.onclose = () => {
      onAway();
      setTimeout(connect, wait);
      wait = Math.min(8000, wait * 2);
    };
  };
  connect();
  return (message) => {
    const text = JSON.stringify(message);
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    else waiting.push(text);
  };
}
