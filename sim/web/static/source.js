// What the map shows, hour by hour, from the server: a source as `stage/` takes it.
import { live } from "./actions.js";
import { state } from "./state.js";
import { say } from "./words.js";

const HOURS_A_DAY = 24;
const USUAL_TICK_MIN = 5;

/** Hours of a question's two runs. Many hours may be asked for at a time; each comes when it is made. */
export function liveSource(watched, city) {
  const waiting = new Map();
  const at = (side, hour) => `${side}:${hour}`;
  const gone = live.listen(watched.id, {
    strip({ side, hour }, buffer) {
      waiting.get(at(side, hour))?.came(buffer);
      waiting.delete(at(side, hour));
    },
    failed(error) {
      for (const { failed } of waiting.values()) failed(error);
      waiting.clear();
    },
  });
  const n_hours = watched.question.days * HOURS_A_DAY;
  const head = {
    name: city.name, start: watched.start, n_hours, tick_min: city.tick_min ?? USUAL_TICK_MIN, roles: state.start.roles.map(({ key }) => key),
    sides: ["today", "instead"].map((key) => ({ key, name: watched.names[key] })),
    get attribution() { return say(city.attribution); },
    synthetic: city.synthetic, latitude: city.latitude, stations: city.stations, districts: city.districts,
  };
  return {
    n_hours,
    head: async () => head,
    streets: async () => (await fetch(city.streets)).arrayBuffer(),
    strip(side, hour) {
      const known = waiting.get(at(side, hour));
      if (known) return known.promise;
      const wanted = {};
      wanted.promise = new Promise((came, failed) => Object.assign(wanted, { came, failed }));
      waiting.set(at(side, hour), wanted);
      live.watch({ id: watched.id, side, hour, n: 1 });
      return wanted.promise;
    },
    close: gone,
  };
}
