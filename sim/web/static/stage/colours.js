// Colours and shapes: roles, calls, offences, and the scales of the surfaces.
// Scales run evenly in perceived lightness (OKLab, Ottosson 2020), so that they can be read in grey and by the colour-blind.

export const PAPER = {
  ground: "#f6f3ec", street: "#d9d4c8", street_edge: "#cfc9bb", main: "#c9c2b2", border: "#a39b89", ink: "#2b2a27",
  muted: "#6a655b", halo: "#fffdf8", walker: [74, 68, 58], walker_night: [255, 226, 160], accent: "#b3391f",
  night: "#141a33",
};
export const CALL = "#c8441b", CALL_TAKEN = "#3f6f6a", OFFENCE = "#7d1538", LIT = "#e0a100";

/** By role: a shape of its own and a colour of its own; an unknown role is a small ring. */
export const ROLE_LOOKS = {
  response: { shape: "triangle", colour: "#1d4f91" },
  foot: { shape: "circle", colour: "#00756b" },
  community: { shape: "square", colour: "#7a3e9d" },
  detective: { shape: "diamond", colour: "#3c3c3c" },
  auxiliary: { shape: "down", colour: "#2f86b7" },
  mediator: { shape: "plus", colour: "#4f7d1f" },
  worker: { shape: "hexagon", colour: "#8a5424" },
  warden: { shape: "half", colour: "#9c6a00" },
};
const OTHER = { shape: "ring", colour: "#555555" };
export const lookOf = (role) => ROLE_LOOKS[role] || OTHER;

const corners = (n, r, turn) =>
  Array.from({ length: n }, (_, k) => [r * Math.sin(turn + (2 * Math.PI * k) / n), -r * Math.cos(turn + (2 * Math.PI * k) / n)]);
const P = 0.38; // half width of an arm of the plus
const POLYGONS = {
  triangle: corners(3, 1.25, 0),
  down: corners(3, 1.25, Math.PI),
  square: corners(4, 1.25, Math.PI / 4),
  diamond: corners(4, 1.25, 0),
  hexagon: corners(6, 1.1, 0),
  plus: [[-P, -1.1], [P, -1.1], [P, -P], [1.1, -P], [1.1, P], [P, P], [P, 1.1], [-P, 1.1], [-P, P], [-1.1, P], [-1.1, -P], [-P, -P]],
};

/** Add a shape of half size `r` around a point to a path (a context or a `Path2D`). */
export function addShape(path, shape, x, y, r) {
  const points = POLYGONS[shape];
  if (points) {
    path.moveTo(x + points[0][0] * r, y + points[0][1] * r);
    for (let k = 1; k < points.length; k++) path.lineTo(x + points[k][0] * r, y + points[k][1] * r);
    path.closePath();
  } else if (shape === "half") {
    path.moveTo(x + 1.1 * r, y + 0.3 * r);
    path.arc(x, y + 0.3 * r, 1.1 * r, 0, Math.PI, true);
    path.closePath();
  } else {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/** Give the same shape as an SVG path for the legend, in a box of 20 around 10, 10. */
export function shapePath(shape, r = 6) {
  const points = POLYGONS[shape];
  const f = (v) => v.toFixed(2);
  if (points) return `M${points.map(([x, y]) => `${f(10 + x * r)} ${f(10 + y * r)}`).join("L")}Z`;
  if (shape === "half") return `M${f(10 - 1.1 * r)} ${f(10 + 0.3 * r)}A${f(1.1 * r)} ${f(1.1 * r)} 0 0 1 ${f(10 + 1.1 * r)} ${f(10 + 0.3 * r)}Z`;
  return `M${10 - r} 10A${r} ${r} 0 1 1 ${10 + r} 10A${r} ${r} 0 1 1 ${10 - r} 10Z`;
}

/** [lightness, chroma, hue in degrees] from low to high; one scale a surface, light to dark. */
const RAMPS = {
  presence: [[0.86, 0.03, 170], [0.62, 0.09, 195], [0.33, 0.08, 230]],
  police: [[0.87, 0.02, 250], [0.62, 0.11, 255], [0.32, 0.15, 265]],
  crime: [[0.88, 0.05, 80], [0.64, 0.15, 45], [0.3, 0.12, 5]],
  fear: [[0.88, 0.05, 100], [0.6, 0.1, 350], [0.29, 0.14, 310]],
  satisfied: [[0.88, 0.05, 100], [0.62, 0.1, 140], [0.33, 0.08, 160]],
};
export const N_COLOURS = 24; // steps of a scale on the map

function toSrgb(l, c, h) {
  const a = c * Math.cos((h * Math.PI) / 180), b = c * Math.sin((h * Math.PI) / 180);
  const [p, q, r] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map((v) => v ** 3);
  const linear = [
    4.0767416621 * p - 3.3077115913 * q + 0.2309699292 * r,
    -1.2684380046 * p + 2.6097574011 * q - 0.3413193965 * r,
    -0.0041960863 * p - 0.7034186147 * q + 1.707614701 * r,
  ];
  return linear.map((v) => {
    const w = Math.min(1, Math.max(0, v));
    return Math.round(255 * (w <= 0.0031308 ? 12.92 * w : 1.055 * w ** (1 / 2.4) - 0.055));
  });
}

/** Give the colour of a scale at a share from 0 to 1, as [r, g, b]. */
export function colourAt(surface, share) {
  const anchors = RAMPS[surface], t = share * (anchors.length - 1);
  const k = Math.min(Math.floor(t), anchors.length - 2), f = t - k;
  const [l0, c0, h0] = anchors[k], [l1, c1, h1] = anchors[k + 1];
  const turn = ((((h1 - h0) % 360) + 540) % 360) - 180;
  return toSrgb(l0 + (l1 - l0) * f, c0 + (c1 - c0) * f, h0 + turn * f);
}

export const css = ([r, g, b], alpha = 1) => (alpha === 1 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${alpha})`);

const ramps = {};
/** Give the colours of a scale in `N_COLOURS` steps. */
export const ramp = (surface) =>
  (ramps[surface] ||= Array.from({ length: N_COLOURS }, (_, k) => css(colourAt(surface, k / (N_COLOURS - 1)))));
