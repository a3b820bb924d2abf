// What a value of a surface from 0 to 255 is worth, by the scales that the head of a strip gives.

const OF_RESIDENTS = new Set(["fear", "satisfied"]); // 255 says that nobody lives there
const IN_HUNDREDS = new Set(["fear", "satisfied"]);

/** Give the worth of a value; null where nobody lives. */
export function worth(surface, value, scale) {
  if (OF_RESIDENTS.has(surface) && value === 255) return null;
  return at(surface, value / (OF_RESIDENTS.has(surface) ? 254 : 255), scale);
}

function at(surface, share, [low, high, form]) {
  const v = form === "log" ? low + Math.expm1(share * Math.log1p(high - low)) : low + share * (high - low);
  return IN_HUNDREDS.has(surface) ? 100 * v : v;
}

/** Round as one would say it: two digits that count. */
export function rounded(v) {
  if (Math.abs(v) < 0.05) return "0";
  const digits = Math.abs(v) >= 10 ? 0 : 1;
  return v.toFixed(digits).replace(/\.0$/, "");
}

/** Give marks for a legend: [share, worth in words]. */
export function marks(surface, scale, n = 4) {
  return Array.from({ length: n + 1 }, (_, k) => [k / n, rounded(at(surface, k / n, scale))]);
}
