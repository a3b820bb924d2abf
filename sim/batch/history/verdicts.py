"""Which pairs of histories could be told apart: by published totals, a survey, earlier places, records.

Every test has the level of a figure free, since a level can always be explained; what counts is how two histories
change. Each answer is a power at 5 % (`sim.statistics.apart`), with its interval over seeds, by parameter set.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.history.effects import effects_of
from sim.batch.history.figures import FIGURES, tabulate
from sim.batch.history.many import Made
from sim.batch.history.published import Published, by_figure
from sim.statistics.apart import (
    LEVEL,
    UNKNOWN_POWER,
    Power,
    overdispersion,
    power_of_numbers,
    power_of_stages,
    without_level,
)
from sim.statistics.estimates import Z95

Floats = NDArray[np.float64]
Way = Literal["published", "survey", "districts", "records"]
ENOUGH = 0.8
"""Power from which data are said to tell two histories apart."""
ASKED = ("true", "safe", "satisfied")
"""What a survey asks: what happened to oneself, whether one feels safe, whether one is satisfied."""
STAGED = ("recorded", "safe", "satisfied")
"""What is compared between places that came earlier and later."""
KEPT_BY_POLICE = ("visits", "registered", "kept")
"""What the police know and need not publish."""
LEAST_IN_RECORDS = 0.2
"""Difference, as a share, from which such records are said to tell two histories apart in some year."""
STAGED_MONTHS = 12
"""How much later the later places come."""
SIZES = tuple(round(100 * 10 ** (step / 8)) for step in range(41))
"""Sizes of a survey that are tried, from 100 to ten million in each year."""


class Collected(NamedTuple):
    """Say what is collected beside the published figures."""

    surveyed: int
    """residents who are asked in each year"""
    districts: int
    spread: float
    """standard deviation by which the change of one district differs from that of another for reasons of its own,
    as a share"""


def judge_pairs(made: Made, published: Sequence[Published], collected: Collected) -> pd.DataFrame:
    """Tell of each pair, way and parameter set with what power the two histories would be told apart.

    Returns
    -------
    table
        `one`, `other`, `way`, `set`, `figure` (which tells most; of `records` all that do), `power`, `low`, `high`, and
        `needed`: of a survey, the residents to be asked in each year for a power of `ENOUGH`; not a number where no
        size would do
    """
    rows = []
    for point in range(len(made.sets)):
        series = _Series(made, point)
        for one, other in combinations(made.worlds, 2):
            for way, figure, power, needed in _judge(series, one, other, published, collected):
                rows.append((one, other, way, point, figure, *power, needed))
    columns = ["one", "other", "way", "set", "figure", "power", "low", "high", "needed"]
    return pd.DataFrame(rows, columns=columns)


def verdict_of(low: float, high: float) -> str:
    """Say whether data tell two histories apart: 'yes', 'no', or 'open' where the seeds run are too few to say."""
    if np.isnan(low) or np.isnan(high):
        return "open"
    return "yes" if low >= ENOUGH else "no" if high < ENOUGH else "open"


class _Series:
    """Give the figures of the runs of one parameter set as tables of seeds by periods."""

    def __init__(self, made: Made, point: int) -> None:
        self.made, self.point = made, point
        months = made.months[made.months["set"] == point]
        self._known: dict[tuple[str, str, tuple[str, ...]], Floats] = {}
        self._tables = {4: tabulate(months, "year"), 7: tabulate(months, "month")}

    def table(self, arm: str, figure: str, periods: Sequence[str]) -> Floats:
        """Give (seeds, periods); not a number where a run or a period is missing."""
        key = (arm, figure, tuple(periods))
        if key not in self._known:
            rows = self._tables[len(periods[0])]
            own = rows[rows["arm"] == arm].pivot_table(index="seed", columns="period", values=figure)
            own = own.reindex(index=list(self.made.seeds), columns=list(periods))
            self._known[key] = np.asarray(own, np.float64)
        return self._known[key]

    def years(self) -> list[str]:
        """List the years of the runs."""
        return sorted(self._tables[4]["period"].unique())

    def apart(self, one: str, other: str, figure: str, periods: Sequence[str], error: Floats) -> Floats | None:
        """Give the differences of the logarithms in standard errors, without their level; None if a value is missing.

        Beside `error` stands the chance of the city itself: that of the piece that was run, which shrinks with the
        number of such pieces that the city has.
        """
        both = [self.table(arm, figure, periods) for arm in (one, other)]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = [np.log(table) for table in both]
        gap = logs[0] - logs[1]
        if len(periods) < 2 or not np.isfinite(gap).all():
            return None
        chance = np.mean([log.var(axis=0, ddof=1).mean() for log in logs]) if len(gap) > 1 else 0.0
        whole = np.sqrt(error**2 + chance / self.pieces)
        return without_level(gap / whole, whole)

    @property
    def pieces(self) -> float:
        """Count the pieces like that which was run of which the real place is made."""
        return max(1.0, self.made.base.scenario.people.residents_per_agent)

    @property
    def residents(self) -> float:
        """Count the residents of the real place."""
        return self.made.base.scenario.people.n_residents * self.pieces


def _judge(
    series: _Series, one: str, other: str, published: Sequence[Published], collected: Collected
) -> Iterator[tuple[Way, str, Power, float]]:
    yield "published", *_by_published(series, one, other, published), np.nan
    figure, power = _by_survey(series, one, other, collected.surveyed)
    yield "survey", figure, power, _size_needed(series, one, other)
    yield "districts", *_by_districts(series, one, other, collected), np.nan
    yield "records", ",".join(_in_records(series, one, other)), UNKNOWN_POWER, np.nan


def _by_published(series: _Series, one: str, other: str, published: Sequence[Published]) -> tuple[str, Power]:
    parts = {}
    for figure, values in by_figure(published).items():
        for length in (4, 7):
            mine = [value for value in values if len(value.period) == length]
            if len(mine) > 1:
                error = np.array([value.trusted / Z95 for value in mine])
                parts[f"{figure}:{length}"] = series.apart(one, other, figure, [v.period for v in mine], error)
    return _together(parts)


def _by_survey(series: _Series, one: str, other: str, n: int) -> tuple[str, Power]:
    years = series.years()
    parts = {}
    for figure in ASKED:
        levels = [series.table(arm, figure, years).mean(axis=0) for arm in (one, other)]
        parts[figure] = series.apart(
            one, other, figure, years, _sampling_error(figure, (levels[0] + levels[1]) / 2.0, n)
        )
    return _together(parts)


def _size_needed(series: _Series, one: str, other: str) -> float:
    """Find the smallest survey that would tell two histories apart, of no more residents than there are."""
    sizes = [n for n in SIZES if n <= series.residents]
    at = bisect_left(sizes, ENOUGH, key=lambda n: float(np.nan_to_num(_by_survey(series, one, other, n)[1].value)))
    return float(sizes[at]) if at < len(sizes) else np.nan


def _by_districts(series: _Series, one: str, other: str, collected: Collected) -> tuple[str, Power]:
    """Compare what the reforms of two histories do in places that have it already with places that do not yet.

    What comes everywhere at once, a reform of recording or a decline, is the same in both and tells nothing here.
    """
    made, n = series.made, collected.districts
    best: tuple[str, Power] = ("", UNKNOWN_POWER)
    for figure in STAGED:
        gap = effects_of(made, one, figure, point=series.point, most=STAGED_MONTHS)
        gap = gap - effects_of(made, other, figure, point=series.point, most=STAGED_MONTHS)
        level = np.nanmean([series.table(arm, figure, series.years()) for arm in (one, other)])
        if FIGURES[figure].kind == "share":
            gap = gap / level
            error = _sampling_error(figure, np.array([level]), max(1, collected.surveyed // n))[0]
        else:
            counted = level / FIGURES[figure].factor * series.residents / n
            scatter = overdispersion(_counts(made, one, series.point))
            error = np.sqrt(scatter / counted) if counted > 0.0 else np.nan
        of_change = float(np.sqrt(2.0 * error**2 + collected.spread**2))
        power = power_of_stages(gap, of_change, n, level=LEVEL / len(STAGED))
        if not best[0] or power.value > best[1].value:
            best = figure, power
    return best


def _in_records(series: _Series, one: str, other: str) -> list[str]:
    """Name what the police know that differs much in some year, on average over seeds."""
    told = []
    for figure in KEPT_BY_POLICE:
        a, b = (np.nanmean(series.table(arm, figure, series.years()), axis=0) for arm in (one, other))
        if (np.abs(a - b) > LEAST_IN_RECORDS * np.maximum(np.abs(a), np.abs(b))).any():
            told.append(figure)
    return told


def _counts(made: Made, arm: str, point: int) -> Floats:
    """Give the incidents on record of the piece that was run, by seed and year."""
    own = made.months[(made.months["arm"] == arm) & (made.months["set"] == point)]
    table = own.assign(year=own["month"].str[:4]).pivot_table(
        index="seed", columns="year", values="recorded", aggfunc="sum"
    )
    return np.asarray(table, np.float64)


def _sampling_error(figure: str, level: Floats, n: int) -> Floats:
    """Give the standard error of the logarithm of what a simple random sample of so many would find."""
    about = FIGURES[figure]
    if about.kind == "share":
        share = np.clip(level / 100.0, 1e-6, 1.0 - 1e-6)
        return np.asarray(np.sqrt((1.0 - share) / (share * n)), np.float64)
    return np.asarray(np.sqrt(about.factor / (np.maximum(level, 1e-9) * n)), np.float64)


def _together(parts: dict[str, Floats | None]) -> tuple[str, Power]:
    """Put all figures into one test, and name the one that tells most by itself."""
    known = {name: apart for name, apart in parts.items() if apart is not None}
    if not known:
        return "", UNKNOWN_POWER
    alone = {name: power_of_numbers(apart).value for name, apart in known.items()}
    most = max(alone, key=lambda name: -1.0 if np.isnan(alone[name]) else alone[name])
    return most.partition(":")[0], power_of_numbers(np.hstack(list(known.values())))
