// Walkers, written as pixels: twenty thousand dots cost a processor less than two milliseconds that way, and the canvas is
// cleared by the same stroke. One colour; overlapping dots grow darker.

const STEPS = 4; // places within a pixel that are told apart, so that slow dots do not jump
const kernels = new Map();

/** Share of each pixel of a small square that a dot of a radius covers, for each place within a pixel. */
function kernelsOf(radius) {
  const key = Math.round(radius * 8);
  if (kernels.has(key)) return kernels.get(key);
  const r = key / 8, half = Math.ceil(r + 0.5), size = 2 * half + 1, made = [];
  for (let sy = 0; sy < STEPS; sy++) {
    for (let sx = 0; sx < STEPS; sx++) {
      const cover = [];
      for (let j = -half; j <= half; j++) {
        for (let i = -half; i <= half; i++) {
          const d = Math.hypot(i + 0.5 - (sx + 0.5) / STEPS, j + 0.5 - (sy + 0.5) / STEPS);
          const share = Math.max(0, Math.min(1, r + 0.5 - d));
          if (share > 0.02) cover.push(j, i, share);
        }
      }
      made.push(Float32Array.from(cover));
    }
  }
  const kernel = { half, size, made };
  kernels.set(key, kernel);
  return kernel;
}

export class Walkers {
  constructor() { this.image = null; }

  /**
   * Clear a canvas and draw walkers on it.
   * @param at {n, x, y, alpha} in device pixels; @param radius of a dot in device pixels; @param colour [r, g, b]
   */
  draw(ctx, at, radius, colour, strength) {
    const { width, height } = ctx.canvas;
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.image = ctx.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    this.pixels.fill(0);
    const { half, made } = kernelsOf(radius), pixels = this.pixels;
    const rgb = colour[0] | (colour[1] << 8) | (colour[2] << 16);
    for (let i = 0; i < at.n; i++) {
      const a = at.alpha[i] * strength;
      if (a <= 0.02) continue;
      const x = at.x[i], y = at.y[i], px = Math.floor(x), py = Math.floor(y);
      if (px < half || py < half || px >= width - half || py >= height - half) continue;
      const cover = made[((y - py) * STEPS | 0) * STEPS + ((x - px) * STEPS | 0)], at0 = py * width + px;
      for (let k = 0; k < cover.length; k += 3) {
        const p = at0 + cover[k] * width + cover[k + 1], was = pixels[p] >>> 24, add = a * cover[k + 2];
        pixels[p] = rgb | ((was + (255 - was) * add) << 24);
      }
    }
    ctx.putImageData(this.image, 0, 0);
  }
}
