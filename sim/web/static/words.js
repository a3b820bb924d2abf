// What the page says: texts by key in the reader's language, and numbers as they are written there.
import en from "./words/en.js";
import zh from "./words/zh.js";

const CATALOGUES = { en, zh };
let lang = "en";

export const LANGUAGES = [["en", "English"], ["zh", "中文"]];

export function speak(chosen) {
  lang = chosen in CATALOGUES ? chosen : "en";
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
}

/** A text of the catalogue, with its slots filled. */
export function t(key, slots = {}) {
  const words = CATALOGUES[lang][key];
  if (words === undefined) throw new Error(`no text "${key}" in ${lang}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => slots[name]);
}

/** A text of the catalogue in all languages, as the server would give it. */
export const both = (key) => Object.fromEntries(Object.entries(CATALOGUES).map(([name, words]) => [name, words[key]]));

/** A text of the server, which comes in all languages at once. */
export function say(both) {
  return typeof both === "string" ? both : both?.[lang] ?? "";
}

/** A number with as many decimals as its size bears. */
export function number(value, { sign = false, decimals } = {}) {
  if (value === null || value === undefined || Number.isNaN(value)) return t("number.unknown");
  const size = Math.abs(value);
  const most = decimals ?? (size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
  const format = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en-GB", {
    maximumFractionDigits: most, minimumFractionDigits: 0, signDisplay: sign ? "exceptZero" : "negative",
  });
  return format.format(value).replace("-", "−");
}

/** "4 to 14" */
export function range(low, high, options) {
  return t("number.range", { low: number(low, options), high: number(high, options) });
}

/** Seconds as a person says them. */
export function duration(seconds) {
  if (seconds < 90) return t("time.seconds", { n: number(Math.max(1, Math.round(seconds))) });
  if (seconds < 5400) return t("time.minutes", { n: number(Math.round(seconds / 60)) });
  return t("time.hours", { n: number(seconds / 3600, { decimals: 1 }) });
}
