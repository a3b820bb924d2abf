// Drag, wheel, pinch and keys on a map. A press that does not move is a click.

const CLICK_PX = 5, STEP_PX = 60, STEP_ZOOM = 1.4;

/** Listen on an element; returns a function that stops. `on` has hover(x, y), leave(), click(x, y), moved(). */
export function listen(element, camera, on) {
  const pointers = new Map();
  let start = null, spread = 0;
  const place = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const middle = () => {
    const all = [...pointers.values()];
    return [all.reduce((s, p) => s + p[0], 0) / all.length, all.reduce((s, p) => s + p[1], 0) / all.length];
  };
  const width = () => {
    const [a, b] = [...pointers.values()];
    return b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
  };
  const handlers = {
    pointerdown(event) {
      if (event.button > 0) return;
      element.setPointerCapture?.(event.pointerId);
      pointers.set(event.pointerId, place(event));
      if (pointers.size === 1) start = { at: place(event), dragged: false };
      spread = width();
    },
    pointermove(event) {
      const now = place(event);
      if (!pointers.has(event.pointerId)) { on.hover(...now); return; }
      const before = middle();
      pointers.set(event.pointerId, now);
      const after = middle();
      if (start && Math.hypot(now[0] - start.at[0], now[1] - start.at[1]) > CLICK_PX) start.dragged = true;
      if (!start?.dragged && pointers.size === 1) return;
      camera.pan(after[0] - before[0], after[1] - before[1]);
      const wide = width();
      if (spread > 0 && wide > 0) camera.zoom(wide / spread, ...after);
      spread = wide;
    },
    pointerup(event) {
      const known = pointers.delete(event.pointerId);
      spread = width();
      if (known && pointers.size === 0 && start && !start.dragged) on.click(...place(event));
      if (pointers.size === 0) start = null;
    },
    pointercancel(event) { pointers.delete(event.pointerId); start = null; },
    pointerleave() { on.leave(); },
    wheel(event) {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 16 : 1;
      camera.zoom(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), ...place(event));
    },
    keydown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const pans = { ArrowLeft: [STEP_PX, 0], ArrowRight: [-STEP_PX, 0], ArrowUp: [0, STEP_PX], ArrowDown: [0, -STEP_PX] };
      if (pans[event.key]) camera.pan(...pans[event.key]);
      else if (event.key === "+" || event.key === "=") camera.zoom(STEP_ZOOM);
      else if (event.key === "-" || event.key === "_") camera.zoom(1 / STEP_ZOOM);
      else if (event.key === "0") camera.fit();
      else if (event.key === "Enter") on.click(camera.width / 2, camera.height / 2);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  for (const [name, f] of Object.entries(handlers)) element.addEventListener(name, f, name === "wheel" ? { passive: false } : undefined);
  return () => { for (const [name, f] of Object.entries(handlers)) element.removeEventListener(name, f); };
}
