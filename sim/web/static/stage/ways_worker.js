// The worker that finds ways, so that the page's own thread only draws.

import { Network } from "./network.js";
import { LegMaker } from "./legs.js";

export function serveWays(scope) {
  let maker = null;
  scope.onmessage = ({ data }) => {
    if (data.streets) { maker = new LegMaker(new Network(data.streets)); return; }
    const legs = data.groups.map(([from, to]) => maker.lay(from, to));
    const moved = legs.flatMap((l) => [l.row, l.what, l.first, l.x, l.y, l.d].map((a) => a.buffer));
    scope.postMessage({ key: data.key, legs }, moved);
  };
}

// In the replay file all modules are one script, in the page and in the worker: only the worker serves.
if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) serveWays(self);
