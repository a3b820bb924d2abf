"""What is counted of a history: each figure by its name, unit and the columns of a month that it is made of."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal, NamedTuple, cast

import numpy as np
import pandas as pd

from sim.outcomes.account import SOURCES

Kind = Literal["count", "share", "mean"]
KEYS = ("arm", "set", "seed")
"""Columns that name a run in every table."""
FEELINGS = ("security", "satisfaction")
ACCOUNTED = tuple(f"{feeling}_from_{source}" for feeling in FEELINGS for source in SOURCES)
"""What each source adds to a feeling, as `sim.outcomes.account` measures it."""
COUNTED = (
    "days", "person_years", "tenant_years", "registered_years", "calls_real", "crimes", "known", "recorded",
    "sentenced", "visits", "met_fair", "met_unfair", "security_days", "satisfaction_days",
)  # fmt: skip
"""Columns of a month that add up over months."""
LEAST_DAYS = {"month": 7, "year": 28}
"""Of a shorter piece of a month or a year nothing is said."""


class Figure(NamedTuple):
    """Tell what a figure is, and how it is made of counts."""

    label_en: str
    label_zh: str
    unit_en: str
    unit_zh: str
    decimals: int
    above: str
    below: str
    """'' for what is asked on one day: the last one of a year counts"""
    factor: float
    kind: Kind
    """whether its chance is that of a count, of a share of those asked, or of neither"""

    def label(self, lang: str) -> str:
        """Give the label in 'en' or 'zh'."""
        return self.label_zh if lang == "zh" else self.label_en

    def unit(self, lang: str) -> str:
        """Give the unit in 'en' or 'zh'."""
        return self.unit_zh if lang == "zh" else self.unit_en


def _read_figures() -> dict[str, Figure]:
    with (Path(__file__).parent / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: _read_figure(row) for row in csv.DictReader(file)}


def _read_figure(row: dict[str, str]) -> Figure:
    words = (row["label_en"], row["label_zh"], row["unit_en"], row["unit_zh"])
    kind = cast("Kind", row["kind"])
    return Figure(*words, int(row["decimals"]), row["above"], row["below"], float(row["factor"]), kind)


FIGURES = _read_figures()
"""Recorded, true and known crime leave out disorder, which is no criminal case in China. Persons sentenced are compared
with arrests that lead to custody: near, but not the same, since nobody goes to court in the model."""


def tabulate(months: pd.DataFrame, by: Literal["month", "year"]) -> pd.DataFrame:
    """Make every figure of every run by month or by year.

    Parameters
    ----------
    months
        one row for each month of a run: `KEYS`, `month`, `COUNTED`, what was asked, `ACCOUNTED`

    Returns
    -------
    table
        `KEYS`, `period`, a column for each figure and for each of `ACCOUNTED`
    """
    period = months["month"] if by == "month" else months["month"].str[:4]
    groups = months.assign(period=period).groupby([*KEYS, "period"], sort=False)
    sums, last = groups[list(COUNTED)].sum(), groups[["safe", "satisfied"]].last()
    table = pd.DataFrame(index=sums.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, one in FIGURES.items():
            above = sums[one.above] if one.below else last[one.above]
            table[name] = one.factor * above / (sums[one.below] if one.below else 1.0)
    means = groups[list(ACCOUNTED)].mean()
    table = pd.concat([table, means], axis=1)
    long_enough = sums["days"] >= LEAST_DAYS[by]
    return (table[long_enough] if long_enough.any() else table).reset_index()
