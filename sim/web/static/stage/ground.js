// The lower layer: paper, streets by class or coloured by a surface, borders and names of districts, stations.

import { N_COLOURS, PAPER, ramp } from "./colours.js";

const NOBODY = 255;
const RANK = [0, 0, 0, 1, 1, 2, 2, 3]; // by street class: main, secondary, residential, path
const WIDTH_M = [16, 11, 7, 4]; // by rank, so that streets grow as one comes closer
const LEAST_PX = [1.9, 1.3, 0.8, 0.5], MOST_PX = [18, 13, 9, 4];
const OF_RESIDENTS = new Set(["fear", "satisfied"]); // surfaces in which 255 says that nobody lives there

export class Ground {
  /** @param city {streets, districts, stations}: see `city.js` */
  constructor(city) {
    this.city = city;
    this.paths = rankPaths(city.streets);
    this.coloured = { key: null, paths: null };
  }

  /** Draw all onto a context whose canvas has `dpr` device pixels a CSS pixel. */
  draw(ctx, camera, dpr, { surface, values, lang }) {
    const { width, height } = camera;
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.fillStyle = PAPER.ground;
    ctx.fillRect(0, 0, width, height);
    ctx.save();
    this._world(ctx, camera, dpr);
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    this._streets(ctx, camera);
    if (surface && values) this._surface(ctx, camera, surface, values);
    this._borders(ctx, camera);
    ctx.restore();
    this._names(ctx, camera, lang);
  }

  _world(ctx, { x, y, scale, width, height }, dpr) {
    ctx.transform(scale, 0, 0, -scale, width / 2 - x * scale, height / 2 + y * scale);
  }

  _width(rank, camera, more = 0) {
    const px = Math.min(MOST_PX[rank], Math.max(LEAST_PX[rank], WIDTH_M[rank] * camera.metre * camera.scale));
    return (px + more) / camera.scale;
  }

  _streets(ctx, camera) {
    const close = camera.scale * camera.metre > 0.35; // pixels a metre: streets get an edge
    if (close) {
      ctx.strokeStyle = PAPER.street_edge;
      for (let rank = 3; rank >= 0; rank--) { ctx.lineWidth = this._width(rank, camera, 1.5); ctx.stroke(this.paths[rank]); }
    }
    for (let rank = 3; rank >= 0; rank--) {
      ctx.strokeStyle = close ? PAPER.halo : rank === 0 ? PAPER.main : PAPER.street;
      ctx.lineWidth = this._width(rank, camera);
      ctx.stroke(this.paths[rank]);
    }
  }

  _surface(ctx, camera, surface, values) {
    if (this.coloured.key !== values) this.coloured = { key: values, paths: colourPaths(this.city.streets, values, OF_RESIDENTS.has(surface)) };
    const colours = ramp(surface);
    this.coloured.paths.forEach((path, k) => {
      if (!path) return;
      const step = k % N_COLOURS, rank = Math.floor(k / N_COLOURS);
      ctx.strokeStyle = colours[step];
      ctx.lineWidth = 0.75 * this._width(rank, camera, (1 + 2.4 * (step / N_COLOURS)) * (rank === 3 ? 0.5 : 1)); // wider for more: readable in grey
      ctx.stroke(path);
    });
  }

  _borders(ctx, camera) {
    const { lines } = this.city.districts;
    if (!lines.length) return;
    ctx.strokeStyle = PAPER.border;
    ctx.lineWidth = 1 / camera.scale;
    ctx.setLineDash([5 / camera.scale, 4 / camera.scale]);
    ctx.beginPath();
    for (const line of lines) line.forEach(([x, y], k) => (k ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.stroke();
    ctx.setLineDash([]);
  }

  /** How far down a name goes so that it does not lie on a station. */
  _clear(px, py, camera) {
    for (const [x, y] of this.city.stations) { const [sx, sy] = camera.toScreen(x, y); if (Math.abs(sx - px) < 50 && Math.abs(sy - py) < 16) return sy - py + 17; }
    return 0;
  }

  _names(ctx, camera, lang) {
    const { names } = this.city.districts;
    ctx.font = `600 11px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const one of names) {
      const [px, y] = camera.toScreen(one.x, one.y), py = y + this._clear(px, y, camera), words = one.name?.[lang] ?? (lang === "zh" ? `第${one.number + 1}区` : `District ${one.number + 1}`);
      if (px < 0 || py < 0 || px > camera.width || py > camera.height) continue;
      ctx.strokeStyle = PAPER.ground; ctx.lineWidth = 4; ctx.strokeText(words, px, py);
      ctx.fillStyle = PAPER.muted; ctx.fillText(words, px, py);
    }
  }
}

export const FONT = '"cpsim Latin", "cpsim Chinese", system-ui, "PingFang SC", "Microsoft YaHei", sans-serif';

/** A station: a small house with a roof, dark on paper. */
export function drawStation(ctx, x, y, r) {
  ctx.beginPath();
  ctx.moveTo(x - r, y - 0.1 * r); ctx.lineTo(x, y - r); ctx.lineTo(x + r, y - 0.1 * r);
  ctx.lineTo(x + 0.75 * r, y - 0.1 * r); ctx.lineTo(x + 0.75 * r, y + 0.8 * r); ctx.lineTo(x - 0.75 * r, y + 0.8 * r); ctx.lineTo(x - 0.75 * r, y - 0.1 * r);
  ctx.closePath();
  ctx.lineWidth = 3; ctx.strokeStyle = PAPER.ground; ctx.stroke();
  ctx.fillStyle = PAPER.ink; ctx.fill();
}

/** Add the line of a segment to a path. */
export function addSegment(path, { x, y, first }, s) {
  path.moveTo(x[first[s]], y[first[s]]);
  for (let p = first[s] + 1; p < first[s + 1]; p++) path.lineTo(x[p], y[p]);
}

function rankPaths(streets) {
  const paths = RANK.slice(0, 4).map(() => new Path2D());
  for (let s = 0; s < streets.n; s++) addSegment(paths[RANK[streets.kind[s]] ?? 2], streets, s);
  return paths;
}

/** One path a colour and rank; what is 0, or nobody's, keeps the look of a street. */
function colourPaths(streets, values, nobody) {
  const paths = new Array(N_COLOURS * 4).fill(null), top = nobody ? NOBODY - 1 : NOBODY;
  for (let s = 0; s < streets.n; s++) {
    const v = values[s];
    if (nobody ? v === NOBODY : v === 0) continue;
    const step = Math.min(N_COLOURS - 1, Math.floor((v / top) * N_COLOURS)), k = (RANK[streets.kind[s]] ?? 2) * N_COLOURS + step;
    addSegment((paths[k] ||= new Path2D()), streets, s);
  }
  return paths;
}
