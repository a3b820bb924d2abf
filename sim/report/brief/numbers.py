"""The differences of a comparison in units of the place itself: a month here, people in a hundred, hours a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

import pandas as pd

from sim.batch.compare import Comparison
from sim.outcomes.measures import choose_headline
from sim.report.verdicts import judge

MONTHS, WEEKS = 12.0, 365.0 / 7.0
SAME_COST = 0.01
"""Costs nearer than this share are told as the same."""


@dataclass(frozen=True)
class Unit:
    """Say in which unit a measure is told, and how it is rounded in a table."""

    measure: str
    per: float
    """what a rate for 1,000 residents and a year is divided by; 0 where the measure is no such rate"""
    decimals: int
    times: float = 1.0
    """what another measure is multiplied by"""


UNITS = {
    "crime": Unit("offences_per_1000", MONTHS, 0),
    "recorded": Unit("recorded_per_1000", MONTHS, 0),
    "response": Unit("response_1_mean_min", 0.0, 0, 60.0),
    "safe": Unit("feel_safe_pct", 0.0, 1),
    "satisfied": Unit("satisfied_end_pct", 0.0, 1),
    "trusting": Unit("trusting_end_pct", 0.0, 1),
    "stops": Unit("stops_per_1000", MONTHS, 0),
    "checks": Unit("checks_per_1000", MONTHS, 0),
    "visits": Unit("visits_per_1000", MONTHS, 0),
    "cost": Unit("cost_per_1000", WEEKS, 0),
}
"""What two pages tell, in this order; a month and a week are those of a year of 365 days."""


def measures_behind(shown: Sequence[str]) -> tuple[str, ...]:
    """Name the measures of an annex: those that are shown anyway, all of the two pages, and who pays."""
    told = (unit.measure for unit in UNITS.values())
    return choose_headline([*shown, *(name for name in told if name not in shown)])


@dataclass(frozen=True)
class Effect:
    """Hold what one strategy changes in one thing, in the unit of the place."""

    key: str
    strategy: str
    today: float
    difference: float
    low: float
    high: float
    verdict: str
    """as `sim.report.verdicts.judge` gives it"""
    n_pairs: int

    @property
    def is_clear(self) -> bool:
        """Tell whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def matters(self) -> bool:
        """Tell whether it is clear, and not smaller than the measure is ever printed."""
        return self.verdict in {"better", "worse", "neutral"}


Effects = dict[str, dict[str, Effect]]
"""By strategy, then by key of `UNITS`."""


def measure_effects(comparison: Comparison, residents: float) -> Effects:
    """Turn the differences of a comparison into units of the place.

    Parameters
    ----------
    residents
        who lives there, on an average day
    """
    table = comparison.differences
    return {
        label: {key: effect_of(table, label, key, residents) for key in UNITS} for label in comparison.strategies[1:]
    }


def effect_of(table: pd.DataFrame, label: str, key: str, residents: float) -> Effect:
    """Turn one row of `sim.statistics.pairs.pair_differences` into the unit of the place."""
    unit = UNITS[key]
    row = table[(table["policy"] == label) & (table["measure"] == unit.measure)].iloc[0]
    factor = factor_of(unit, residents)
    verdict = judge(row.to_dict())
    if key == "cost" and abs(row["difference"]) < SAME_COST * row["baseline"]:
        verdict = "tiny"
    return Effect(
        key, label, float(row["baseline"]) * factor, float(row["difference"]) * factor, float(row["low"]) * factor,
        float(row["high"]) * factor, verdict, int(row["n_pairs"]),
    )  # fmt: skip


def factor_of(unit: Unit, residents: float) -> float:
    """Give what a value of the measure is multiplied by."""
    return residents / 1000.0 / unit.per if unit.per else unit.times


def say_number(value: float) -> str:
    """Round as one would say it: two figures, and a decimal at most."""
    if not isfinite(value):
        return "–"
    if value == 0.0:
        return "0"
    figures = floor(log10(abs(value)))
    rounded = round(value, 1) if figures < 1 else round(value, 1 - figures)
    return f"{rounded:,.1f}".removesuffix(".0")


def say_signed(value: float) -> str:
    """Round the same way, with a sign: for an interval that holds zero."""
    return ("−" if value < 0.0 else "+" if value > 0.0 else "") + say_number(abs(value))


def capital(sentence: str) -> str:
    """Begin a sentence with a capital letter; Chinese has none and stays as it is."""
    return sentence[:1].upper() + sentence[1:]


def say_ends(one: Effect) -> tuple[str, str]:
    """Give the ends of an interval as sizes, the smaller first, where the interval leaves out zero."""
    low, high = sorted((abs(one.low), abs(one.high)))
    return say_number(low), say_number(high)
