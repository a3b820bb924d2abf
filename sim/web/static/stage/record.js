// Pictures and short clips of what is seen, made by the browser; nothing is sent anywhere.

const GAP = 8, BITS = 6e6, LONGEST_MS = 60000;

/** Put maps side by side on one canvas, each with its caption. */
export function joined(maps, captions, note, into = document.createElement("canvas")) {
  const parts = maps.map((map, k) => map.picture(map.still || (map.still = document.createElement("canvas")), { title: captions[k], note: k === 0 ? note : "" }));
  const width = parts.reduce((sum, p) => sum + p.width, GAP * (parts.length - 1)), height = Math.max(...parts.map((p) => p.height));
  if (into.width !== width || into.height !== height) { into.width = width; into.height = height; }
  const ctx = into.getContext("2d");
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(0, 0, width, height);
  let x = 0;
  for (const part of parts) { ctx.drawImage(part, x, 0); x += part.width + GAP; }
  return into;
}

export const toPng = (canvas) => new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("png"))), "image/png"));

export const canRecord = () => typeof MediaRecorder === "function" && typeof HTMLCanvasElement.prototype.captureStream === "function" && clipType() !== null;

function clipType() { return ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"].find((t) => MediaRecorder.isTypeSupported(t)) ?? null; }

/** Record what `paint(canvas)` puts onto a canvas; call `frame` after each frame and `stop` to get the file. */
export class Clip {
  constructor(paint) {
    this.paint = paint;
    this.canvas = document.createElement("canvas");
    paint(this.canvas);
    this.recorder = new MediaRecorder(this.canvas.captureStream(30), { mimeType: clipType(), videoBitsPerSecond: BITS });
    const parts = [];
    this.recorder.ondataavailable = (event) => { if (event.data.size) parts.push(event.data); };
    this.done = new Promise((done) => { this.recorder.onstop = () => done(new Blob(parts, { type: this.recorder.mimeType })); });
    this.recorder.start(250);
    this.limit = setTimeout(() => this.stop(), LONGEST_MS);
  }

  frame() { if (this.recorder.state === "recording") this.paint(this.canvas); }

  stop() {
    clearTimeout(this.limit);
    if (this.recorder.state !== "inactive") this.recorder.stop();
    return this.done;
  }
}

/** Hand a file to the reader. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob), link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
