"""What a difference means for residents: tables, sentences and pictures judge alike."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

from sim.outcomes.measures import MEASURES, Measure
from sim.report.texts import Lang, text

VERDICTS = ("better", "worse", "neutral", "same", "tiny", "unclear", "equal")


def judge(row: Mapping[str, Any]) -> str:
    """Tell what the row of a difference means for residents: one of `VERDICTS`."""
    low, high = float(row["low"]), float(row["high"])
    margin = float(row.get("margin", float("nan")))
    if not isnan(margin) and 0.0 < max(abs(low), abs(high)) <= margin:
        return "same"
    return judge_printed(float(row["difference"]), low, high, MEASURES[row["measure"]])


def judge_printed(difference: float, low: float, high: float, about: Measure) -> str:
    """Tell what an interval means for residents, or that the difference is smaller than its measure is printed."""
    if low == high == 0.0:
        return "equal"
    verdict = judge_difference(low, high, about.better)
    return "tiny" if verdict != "unclear" and abs(difference) < 0.5 * 10.0**-about.decimals else verdict


def judge_difference(low: float, high: float, better: str) -> str:
    """Tell what an interval means for residents: 'better', 'worse', 'neutral' (no good direction) or 'unclear'."""
    if not (low > 0 or high < 0):
        return "unclear"
    if better == "":
        return "neutral"
    return "better" if (high < 0) == (better == "less") else "worse"


def verdict_words(verdict: str, lang: Lang) -> str:
    """Name a verdict in a table."""
    return text(lang, f"verdicts.{verdict}")
