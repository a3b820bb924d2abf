"""What each measure of a run is called, its unit, its good direction and its decimals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean


class Measure(NamedTuple):
    """Tell how to print a measure."""

    name: str
    label_en: str
    label_zh: str
    unit_en: str
    unit_zh: str
    better: str
    """'less' or 'more': the direction that residents gain by; empty where neither is better as such"""
    decimals: int

    def label(self, lang: str) -> str:
        """Give the label in 'en' or 'zh'."""
        return self.label_zh if lang == "zh" else self.label_en

    def unit(self, lang: str) -> str:
        """Give the unit in 'en' or 'zh'."""
        return self.unit_zh if lang == "zh" else self.unit_en

    @property
    def bounds(self) -> tuple[float, float]:
        """Give the lowest and the highest value that the measure can have: shares and scales end, counts begin at 0."""
        if self.unit_en == "of the scale":  # a part of something on a scale from 0 to 1, which may take away from it
            return -1.0, 1.0
        return 0.0, {"%": 100.0, "0 to 1": 1.0}.get(self.unit_en, inf)


def _read_measures() -> dict[str, Measure]:
    with (Path(__file__).parent / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = [_read_measure(row) for row in csv.DictReader(file)]
    return {measure.name: measure for measure in rows}


def _read_measure(row: dict[str, str]) -> Measure:
    return Measure(
        row["name"],
        row["label_en"],
        row["label_zh"],
        row["unit_en"],
        row["unit_zh"],
        row["better"],
        int(row["decimals"]),
    )


MEASURES = _read_measures()
"""Every measure of `summarise`, by name, in the order of a report."""

BETTER = {name: measure.better for name, measure in MEASURES.items()}
"""The good direction of each measure, as comparisons ask for it."""

BURDEN = ("stops_per_1000", "checks_per_1000", "trust_mean")
"""What a strategy asks of people who did nothing; it stands in every choice of measures that is shown."""

_HEADLINE = (
    "offences_per_1000", "recorded_per_1000", "response_1_mean_min", "cleared_pct", "feel_safe_pct",
    "satisfied_end_pct", "trusting_end_pct", "security_mean", "satisfaction_mean", "trust_mean", "stops_per_1000",
    "checks_per_1000", "uncommitted_pct", "cost_per_1000",
)  # fmt: skip
"""Crime, feelings, burden and cost side by side: a strategy is never judged on crime alone."""


def refuse_unknown_measure(name: str, what: str) -> None:
    """Refuse a name that is no measure, and offer the nearest; `what` says where it was written."""
    if name not in MEASURES:
        raise InputError(f"{what} must be a measure of `cpsim measures`, got {name!r}{did_you_mean(name, MEASURES)}")


def choose_headline(wanted: Sequence[str] = _HEADLINE) -> tuple[str, ...]:
    """Give the measures to show, in their order, with the burden added where somebody left it out.

    Every table and picture of strategies asks here. A dense net of posts or stops at hot spots may well lower crime;
    whoever reads that must see in the same place who was stopped and checked for it, and what became of trust.

    Raises
    ------
    InputError
        If there is no such measure.
    """
    for name in wanted:
        refuse_unknown_measure(name, "a measure to show")
    return (*wanted, *(name for name in BURDEN if name not in wanted))
