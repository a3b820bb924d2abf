// Changes of a question. Each gives a new question and leaves the old one as it was. What a question means, costs and
// whether it can be asked is for the server to say.

/** The question as the link holds it: sorted keys, nothing that is empty. */
export function canonical(question) {
  return JSON.stringify(tidy(question)) ?? "{}";
}

function tidy(value) {
  if (Array.isArray(value)) return value.length ? value.map((item) => tidy(item) ?? {}) : undefined;
  if (value === null || typeof value !== "object") return value ?? undefined;
  const pairs = Object.keys(value).sort().map((key) => [key, tidy(value[key])]);
  const full = pairs.filter(([, item]) => item !== undefined);
  return full.length ? Object.fromEntries(full) : undefined;
}

export const sameQuestion = (a, b) => canonical(a) === canonical(b);

const withSide = (question, side, values) => ({ ...question, [side]: { ...question[side], ...values } });

/** Take one strategy for another, or add one as the second card. */
export function chooseStrategy(question, side, place, key) {
  const strategies = [...(question[side].strategies ?? [])];
  strategies[place] = { key };
  return withSide(question, side, { strategies });
}

export function removeStrategy(question, side, place) {
  return withSide(question, side, { strategies: question[side].strategies.filter((_, k) => k !== place) });
}

/** Set a parameter of a card; its default takes it out of the question again. */
export function setParameter(question, side, place, parameter, value) {
  const strategies = question[side].strategies.map((strategy, k) => {
    if (k !== place) return strategy;
    const set = { ...strategy.set, [parameter.key]: value };
    if (value === parameter.value) delete set[parameter.key];
    return { ...strategy, set };
  });
  return withSide(question, side, { strategies });
}

/** Set how many officers a role has on a side; `usual` are those that the city has. */
export function setOfficers(question, side, role, n, usual) {
  const officers = { ...question[side].officers, [role]: Math.max(0, n) };
  if (officers[role] === (usual?.[role] ?? -1)) delete officers[role];
  return withSide(question, side, { officers });
}

/** Move officers of a side from a role to another. `now` are the numbers on that side. */
export function moveOfficers(question, side, from, to, now, usual, n = 1) {
  const moved = Math.min(n, now[from] ?? 0);
  if (from === to || moved === 0) return question;
  const less = setOfficers(question, side, from, now[from] - moved, usual);
  return setOfficers(less, side, to, (now[to] ?? 0) + moved, usual);
}

export const setNight = (question, side, night) => withSide(question, side, { night });
