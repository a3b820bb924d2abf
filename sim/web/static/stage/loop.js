// What happens in a frame: time passes, each map draws its moment, and whoever wants to know is told.

const TOLD_MS = 200; // how often the words beside the maps are renewed while time runs

export class Loop {
  /** @param maps a `Map` side → StageMap; @param on {frame(), words()} */
  constructor(player, maps, on, { still = false } = {}) {
    Object.assign(this, { player, maps, on, still });
    this.dirty = true;
    this.told = 0;
    this.last = null;
    this.frames = 0;
    this._stop = player.onChange(() => { this.dirty = true; });
    this._tick = (now) => { this.id = requestAnimationFrame(this._tick); this.frame(now); };
    this.id = requestAnimationFrame(this._tick);
  }

  close() { cancelAnimationFrame(this.id); this._stop(); }

  frame(now) {
    const seconds = this.last === null ? 0 : (now - this.last) / 1000;
    this.last = now;
    const moved = this.player.advance(seconds);
    let busy = moved || this.dirty;
    for (const map of this.maps.values()) busy = busy || map.stale || map.marked || map.isFlashing(now);
    if (!busy) return;
    this.dirty = false;
    this.draw(now);
    if (now - this.told > TOLD_MS || !moved) { this.told = now; this.on.words(); }
  }

  draw(now = performance.now()) {
    for (const [side, map] of this.maps) {
      const scene = this.player.scene(side);
      if (!scene) continue;
      const fresh = this.player.fresh(side, scene);
      if (!this.still) map.flash(fresh, now);
      map.marked = false;
      map.draw(scene, now);
    }
    this.player.settled();
    this.frames++;
    this.on.frame();
  }
}
