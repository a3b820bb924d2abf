"""What is read beside the histories: figures that offices gave out, and plausible parameter sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.batch.history.arms import World
from sim.batch.history.figures import FIGURES
from sim.batch.study.carried import read_carried
from sim.batch.study.plan import design_points
from sim.batch.study.study import Design
from sim.errors import InputError
from sim.inputs.csv_tables import read_csv_table
from sim.inputs.spelling import did_you_mean

COLUMNS = ("figure", "period", "value", "trusted", "source")
PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


class Published(NamedTuple):
    """Hold a figure that an office gave out."""

    figure: str
    period: str
    """a year (2014) or a month (2014-10)"""
    value: float
    trusted: float
    """share of itself that it may be off by, at 95 %"""
    source: str
    note_en: str = ""
    note_zh: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """Give the ends between which the true value is taken to lie."""
        return self.value / (1.0 + self.trusted), self.value * (1.0 + self.trusted)


def read_published(file: Path) -> list[Published]:
    """Read published figures.

    Raises
    ------
    InputError
        If there is no such file, a column is missing, or a figure, period or number does not fit; with its line.
    """
    table = read_csv_table(file, "published")
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise InputError(f"{file} must have the columns {', '.join(COLUMNS)}, and {missing[0]!r} is missing")
    notes = [table.cells(name) if name in table.columns else [""] * len(table.rows) for name in ("note_en", "note_zh")]
    rows = zip(
        table.lines, table.cells("figure"), table.cells("period"), table.numbers("value"), table.numbers("trusted"),
        table.cells("source"), *notes, strict=True,
    )  # fmt: skip
    read = [_checked(f"{file}, line {line}", Published(figure, period, float(value), float(trusted), *words))
            for line, figure, period, value, trusted, *words in rows]  # fmt: skip
    seen = set[tuple[str, str]]()
    for one in read:
        if (one.figure, one.period) in seen:
            raise InputError(
                f"{file} must have each figure once in each period, got {one.figure} of {one.period} twice"
            )
        seen.add((one.figure, one.period))
    return read


def by_figure(published: Iterable[Published]) -> dict[str, list[Published]]:
    """Put published figures together by what they are of, each by period."""
    table: dict[str, list[Published]] = {}
    for one in sorted(published, key=lambda one: (list(FIGURES).index(one.figure), one.period)):
        table.setdefault(one.figure, []).append(one)
    return table


def read_sets(file: Path | None, worlds: Mapping[str, World]) -> tuple[pd.DataFrame, tuple[float, ...]]:
    """Read plausible parameter sets, from a calibration or from any table of points, and how much each counts.

    Raises
    ------
    InputError
        If the file cannot be read, or a parameter would change nothing since a timeline sets it.
    """
    if file is None:
        return pd.DataFrame(index=pd.RangeIndex(1)), (1.0,)
    points = design_points(Design(method="table", file=file.name), file.parent)
    for name in map(str, points.columns):
        if any(name == change.parameter for world in worlds.values() for change in world.scenario.timeline):
            raise InputError(f"{file}: {name} must be no parameter that a timeline changes, or it would move nothing")
    carried = read_carried(file)
    return points, tuple(carried.weights) if carried is not None else tuple(np.full(len(points), 1.0 / len(points)))


def _checked(where: str, one: Published) -> Published:
    if one.figure not in FIGURES:
        hint = did_you_mean(one.figure, FIGURES)
        raise InputError(f"{where}: figure must be one of {', '.join(FIGURES)}, got {one.figure!r}{hint}")
    if not PERIOD.fullmatch(one.period):
        raise InputError(f"{where}: period must be a year (2014) or a month (2014-10), got {one.period!r}")
    if not one.value > 0.0:
        raise InputError(f"{where}: value must be a number above 0")
    if not 0.0 < one.trusted <= 1.0:
        raise InputError(f"{where}: trusted must be a share above 0 up to 1, for instance 0.1 for 10 %")
    return one
