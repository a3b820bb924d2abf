// Which part of the city is seen, for one map or for two in step: the centre in units of the streets, and pixels a unit.

const MOST_METRES = 60; // width of the view when closest

export class Camera {
  constructor(bounds, metre) {
    this.bounds = bounds; // [x0, y0, x1, y1]
    this.metre = metre;
    this.width = 0;
    this.height = 0;
    this._listeners = new Set();
    this.fitted = true;
    this._centre();
  }

  onChange(f) { this._listeners.add(f); return () => this._listeners.delete(f); }
  _tell() { for (const f of this._listeners) f(); }

  _centre() {
    const [x0, y0, x1, y1] = this.bounds;
    this.x = (x0 + x1) / 2;
    this.y = (y0 + y1) / 2;
    this.scale = this._fitScale();
  }

  _fitScale() {
    const [x0, y0, x1, y1] = this.bounds;
    const w = Math.max(this.width - 24, 10), h = Math.max(this.height - 24, 10);
    return Math.min(w / Math.max(x1 - x0, 1), h / Math.max(y1 - y0, 1));
  }

  /** Take note of the size of a map in CSS pixels; keeps the whole city in view as long as nobody has moved. */
  resize(width, height) {
    if (width === this.width && height === this.height) return;
    this.width = width; this.height = height;
    if (this.fitted) this._centre();
    this._tell();
  }

  fit() { this.fitted = true; this._centre(); this._tell(); }

  /** Move by pixels of the screen. */
  pan(dx, dy) {
    this.fitted = false;
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this._hold();
    this._tell();
  }

  /** Zoom by a factor around a point of the map in pixels. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const closest = this.width / (MOST_METRES * this.metre), widest = this._fitScale() * 0.7;
    const scale = Math.min(closest, Math.max(widest, this.scale * factor));
    const [wx, wy] = this.toWorld(px, py);
    this.scale = scale;
    this.x = wx - (px - this.width / 2) / scale;
    this.y = wy + (py - this.height / 2) / scale;
    this.fitted = false;
    this._hold();
    this._tell();
  }

  /** Bring a box into view, not closer than `metres` wide. */
  show([x0, y0, x1, y1], metres = 600) {
    this.x = (x0 + x1) / 2; this.y = (y0 + y1) / 2;
    const least = metres * this.metre;
    this.scale = 0.8 * Math.min(this.width / Math.max(x1 - x0, least), this.height / Math.max(y1 - y0, least));
    this.fitted = false;
    this._tell();
  }

  _hold() {
    const [x0, y0, x1, y1] = this.bounds;
    this.x = Math.min(x1, Math.max(x0, this.x));
    this.y = Math.min(y1, Math.max(y0, this.y));
  }

  toScreen(x, y) { return [(x - this.x) * this.scale + this.width / 2, this.height / 2 - (y - this.y) * this.scale]; }
  toWorld(px, py) { return [this.x + (px - this.width / 2) / this.scale, this.y - (py - this.height / 2) / this.scale]; }

  /** Give a round length in metres that is drawn at most `pixels` wide, and its width. */
  scaleBar(pixels) {
    const most = pixels / this.scale / this.metre, ten = 10 ** Math.floor(Math.log10(most));
    const metres = [5, 2, 1].map((k) => k * ten).find((m) => m <= most);
    return { metres, width: metres * this.metre * this.scale };
  }
}
