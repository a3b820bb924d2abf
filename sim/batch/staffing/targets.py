"""Targets as policy staff write them: a measure, at least or at most a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

import pandas as pd

from sim.errors import InputError
from sim.outcomes.measures import MEASURES, Measure, refuse_unknown_measure
from sim.outcomes.response import measure_answered_within, select_asked

WRITTEN = re.compile(r"\s*(\w+)\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*%?\s*")
ANSWERED = re.compile(r"answered_([123]|all)_within_(\d{1,3})_pct")
"""Measures of this form are taken from the calls of a run, whatever the minutes."""
RISES = re.compile(
    r"(duty_hours_|hours_)\w+|(cost|stops|checks|visits|arrests|custody|mediations|tickets)_per_1000|uncommitted_pct"
)
FALLS = re.compile(r"busy_pct")


class Within(NamedTuple):
    """Say which calls must be answered within how many minutes."""

    priority: str
    minutes: float


@dataclass(frozen=True)
class Target:
    """Hold a measure to a bound."""

    measure: str
    at_least: bool
    bound: float

    @property
    def text(self) -> str:
        """Give the target as it is written."""
        return f"{self.measure}{'>=' if self.at_least else '<='}{self.bound:g}"

    @property
    def about(self) -> Measure:
        """Tell how the measure is printed."""
        return about_measure(self.measure)

    @property
    def calls_column(self) -> str:
        """Name the column that counts the calls which the measure is a share of; empty for any other measure."""
        return f"calls_of_{self.measure}" if within_of(self.measure) else ""

    @property
    def wants_fewer(self) -> bool:
        """Tell whether the target caps what grows with the force, such as cost or stops: more officers only harm it."""
        grows, shrinks = RISES.fullmatch(self.measure), FALLS.fullmatch(self.measure)
        return bool((grows and not self.at_least) or (shrinks and self.at_least))

    def margin(self, value: float) -> float:
        """Give by how much a value is better than the bound."""
        return value - self.bound if self.at_least else self.bound - value

    def met_by(self, value: float) -> bool:
        """Tell whether a value meets the target; what could not be measured does not."""
        return self.margin(value) >= 0.0


def read_targets(texts: Sequence[str]) -> tuple[Target, ...]:
    """Read targets such as `answered_1_within_10_pct>=90`.

    Raises
    ------
    InputError
        If one is not written so, names no measure, or a measure is bounded twice on the same side.
    """
    targets = tuple(_read_target(text) for text in texts)
    if len({(target.measure, target.at_least) for target in targets}) < len(targets):
        raise InputError(f"--target must bound each measure once on a side, got {', '.join(texts)}")
    return targets


def _read_target(text: str) -> Target:
    found = WRITTEN.fullmatch(text)
    if not found:
        raise InputError(f"--target must read like answered_1_within_10_pct>=90 or cost_per_1000<=6000, got {text!r}")
    name, sign, number = found.groups()
    if name not in MEASURES and within_of(name) is None:
        refuse_unknown_measure(name, "--target")
    bound = float(number)
    if not isfinite(bound) or (name.endswith("_pct") and not 0.0 <= bound <= 100.0):
        limits = "from 0 to 100" if name.endswith("_pct") else "that is finite"
        raise InputError(f"--target {name} must have a bound {limits}, got {number}")
    return Target(name, sign == ">=", bound)


def within_of(measure: str) -> Within | None:
    """Read which calls and how many minutes a measure of answered calls is about."""
    found = ANSWERED.fullmatch(measure)
    return Within(found[1], float(found[2])) if found and float(found[2]) > 0.0 else None


def about_measure(name: str) -> Measure:
    """Tell how a measure is printed, also one of answered calls that no table names."""
    within = within_of(name)
    if name in MEASURES or within is None:
        return MEASURES[name]
    like = MEASURES[f"answered_{within.priority}_within_10_pct"]
    minutes = f"{within.minutes:g}"
    return like._replace(
        name=name, label_en=like.label_en.replace("10", minutes), label_zh=like.label_zh.replace("10", minutes)
    )


def measure_other(
    targets: Sequence[Target], calls: pd.DataFrame, *, from_min: float, end_min: float
) -> dict[str, float]:
    """Measure the targets that no summary of a run holds, and count the calls that a share is of."""
    found: dict[str, float] = {}
    for target in targets:
        within = within_of(target.measure)
        if within is None:
            continue
        asked = select_asked(calls, within.priority, within.minutes, from_min=from_min, end_min=end_min)
        found[target.calls_column] = float(len(asked))
        if target.measure not in MEASURES:
            share = measure_answered_within(calls, within.priority, within.minutes, from_min=from_min, end_min=end_min)
            found[target.measure] = 100.0 * share
    return found
