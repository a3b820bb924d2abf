"""How numbers, units and intervals are written: every table, sentence and page asks here."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, isfinite, isnan, log10
from typing import Any

import numpy as np

from sim.outcomes.measures import MEASURES, Measure
from sim.report.texts import Lang, text
from sim.statistics.estimates import Estimate, Floats, mean_estimate

UNKNOWN = "–"
SMALLEST_RATIO, LARGEST_RATIO = 0.01, 100.0
"""An interval of a ratio that reaches farther says no more than that little is known."""


def format_number(value: float, decimals: int, *, sign: bool = False) -> str:
    """Write a number; the same mean taken twice reads the same, and what rounds to zero has no sign."""
    if value is None or not isfinite(value):
        return UNKNOWN
    value = round(value, 9)  # two ways to sum may differ in the last bit, on which 45.45 would turn
    if sign and abs(value) >= 0.5 * 10.0**-decimals:
        return f"{value:+.{decimals}f}"
    return f"{value:z.{decimals}f}"


def format_interval(low: float, high: float, decimals: int, *, sign: bool = False) -> str:
    """Write the ends of an interval for a table; one dash where they are not known."""
    if not (isfinite(low) and isfinite(high)):
        return UNKNOWN
    return f"{format_number(low, decimals, sign=sign)} … {format_number(high, decimals, sign=sign)}"


def format_estimate(value: float, low: float, high: float, decimals: int, *, sign: bool = False) -> str:
    """Write a number and its interval behind it."""
    interval = format_interval(low, high, decimals, sign=sign)
    return f"{format_number(value, decimals, sign=sign)} {interval}".strip()


def p_value(value: float) -> str:
    """Write a p value; very small ones by their bound."""
    return "< 0.001" if value < 0.001 else known(value, "{:.3f}")


def known(value: float, form: str) -> str:
    """Write a number in a form, and a dash where it is not known."""
    return form.format(value) if np.isfinite(value) else UNKNOWN


def percent(share: float) -> str:
    """Write a probability; none that is estimated is certain."""
    if isnan(share):
        return UNKNOWN
    return "> 99\u00a0%" if share > 0.99 else "< 1\u00a0%" if share < 0.01 else f"{100 * share:.0f}\u00a0%"


def format_ratio(ratio: float) -> str:
    """Write a ratio with as many digits as anybody reads; beyond a hundredfold either way, by the bound."""
    if not isfinite(ratio):
        return UNKNOWN
    if ratio < SMALLEST_RATIO:
        return f"< {SMALLEST_RATIO:g}" if ratio > 0.0 else "0"
    if ratio > LARGEST_RATIO:
        return f"> {LARGEST_RATIO:g}"
    return f"{ratio:.0f}" if ratio >= 10.0 else f"{ratio:.1f}" if ratio >= 2.0 else f"{ratio:.2f}"


def ratio_ends(low: float, high: float, lang: Lang) -> str:
    """Write the interval of a ratio; '' where it is not known, words where it reaches a hundredfold both ways."""
    if not (isfinite(low) and isfinite(high)):
        return ""
    if low < SMALLEST_RATIO and high > LARGEST_RATIO:
        return text(lang, "numbers.too_few")
    return f"{format_ratio(low)}{text(lang, 'study.to')}{format_ratio(high)}"


def mean_within(values: Floats, about: Measure) -> Estimate:
    """Estimate the mean of a measure over runs; its interval stays within what the measure can be."""
    return within(mean_estimate(values), about)


def within(estimate: Estimate, about: Measure) -> Estimate:
    """Cut an interval at the bounds of its measure: no share is above 100 %, and no count below 0."""
    if isnan(estimate.low):
        return estimate
    low, high = about.bounds
    return Estimate(estimate.value, max(estimate.low, low), min(estimate.high, high))


def number(value: float, measure: str, *, half: float = float("nan"), sign: bool = False) -> str:
    """Write a value with as many decimals as its interval bears: two digits of half its width."""
    about = MEASURES[measure]
    most = about.decimals + (1 if about.decimals else 0)
    decimals = about.decimals if isnan(half) or half <= 0.0 else min(max(1 - floor(log10(half)), 0), most)
    written = format_number(value, decimals, sign=sign)
    whole, point, rest = written.partition(".")
    if whole.lstrip("+-").isdecimal() and len(whole.lstrip("+-")) > 4:
        whole = f"{int(whole):+,d}" if sign else f"{int(whole):,d}"
    return f"{whole}{point}{rest}".replace("-", "−")


def with_interval(row: Mapping[str, Any], measure: str, *, value: str = "difference", ends: str = "") -> dict[str, str]:
    """Write a value and the ends of its interval alike."""
    low, high = float(row[f"{ends}low"]), float(row[f"{ends}high"])
    half, sign = (high - low) / 2.0, value == "difference"
    cells = {"difference": number(float(row[value]), measure, half=half, sign=sign)}
    return cells | {
        "low": number(low, measure, half=half, sign=sign), "high": number(high, measure, half=half, sign=sign)
    }  # fmt: skip


def ends_of(one: Mapping[str, str], lang: Lang) -> str:
    """Write the ends of an interval; '' where they are not known."""
    return "" if one["low"] == UNKNOWN else f"{one['low']}{text(lang, 'study.to')}{one['high']}"


def bracketed(one: Mapping[str, str], lang: Lang) -> str:
    """Write a value with its interval behind it."""
    ends = ends_of(one, lang)
    return f"{one['difference']} ({ends})" if ends else one["difference"]


def unit_of(about: Measure, lang: Lang, *, difference: bool = False) -> str:
    """Name the unit of a measure; that of a difference between two shares is percentage points."""
    return text(lang, "comparison.points") if difference and about.unit_en == "%" else about.unit(lang)


def amount(written: str, about: Measure, lang: Lang, *, difference: bool = False) -> str:
    """Write a number, with or without its interval, and the unit behind it."""
    if written == UNKNOWN:
        return written
    if about.unit_en == "0 to 1":
        return text(lang, "numbers.of_scale").format(n=written)
    unit = unit_of(about, lang, difference=difference)
    key = "percent" if unit == "%" else "of_unit"
    return text(lang, f"numbers.{key}").format(n=written, unit=unit)
