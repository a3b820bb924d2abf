// Day and night for the map and the time bar: the height of the sun from the date and the latitude (Cooper 1969), with noon
// at half past twelve by the clock. For looks only; what the model takes for night is its own.

const NOON_MIN = 750, DUSK_DEG = 6, DEFAULT_LATITUDE = 35;

/** Give how dark it is, 0 by day to 1 at night. `start` is the date of minute 0. */
export function darkness(minute, start, latitude = DEFAULT_LATITUDE) {
  const day = dayOfYear(start) + Math.floor(minute / 1440);
  const tilt = 23.45 * Math.sin((2 * Math.PI * (284 + day)) / 365), rad = Math.PI / 180;
  const turn = (((minute % 1440) - NOON_MIN) / 1440) * 2 * Math.PI;
  const sine = Math.sin(latitude * rad) * Math.sin(tilt * rad) + Math.cos(latitude * rad) * Math.cos(tilt * rad) * Math.cos(turn);
  const height = Math.asin(sine) / rad;
  return Math.max(0, Math.min(1, 0.5 - height / (2 * DUSK_DEG)));
}

function dayOfYear(start) {
  const [y, m, d] = start.split("-").map(Number);
  return (Date.UTC(y, m - 1, d) - Date.UTC(y, 0, 1)) / 86400000 + 1;
}

/** Give the date of a minute of the run. */
export function dateOf(minute, start) {
  const [y, m, d] = start.split("-").map(Number);
  return new Date(Date.UTC(y, m - 1, d) + Math.floor(minute) * 60000);
}
