"""What the records of a force say: rates, hours, times and places, each with its 95 % interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.force.records import Recorded
from sim.params import describe
from sim.scenarios.police import Dispatch
from sim.statistics.estimates import UNKNOWN, Estimate, mean_estimate, share_estimate

YEAR_DAYS = 365.0
ENOUGH_TIMES = 50
"""Times from which on their median and spread are written into a scenario."""
BUSIEST = (0.01, 0.05)
"""Shares of all streets whose part of the records is told."""
N_DRAWS = 400
MOST_TYPES = 12
OTHER = ("traffic", "noise", "welfare", "invalid")
"""Kinds of calls that are no offence and no quarrel: these two come from the model itself."""
MOST_KNOWN = 0.8
"""Share of rows of which the kind must be known before their number says anything of a kind."""

Floats = NDArray[np.float64]
Row = tuple[str, str, Estimate, int, str]


def describe_calls(calls: Recorded, residents: float, n_segments: int) -> pd.DataFrame:
    """Tell what calls say: `measure`, `group`, `value`, `low`, `high`, `n`, `unit`."""
    table = calls.table
    rows = [
        *_per_day(calls),
        *([] if calls.is_cut else _other_calls(calls, residents)),
        *_shares(table, "kind"),
        *_types(table),
        *_shares(table, "priority"),
    ]
    for stage in ("to_assigned", "to_arrived", "wait", "at_scene"):
        rows += _times(table, stage)
    return _frame([*rows, *_places(table, n_segments)])


def describe_incidents(incidents: Recorded, residents: float, n_segments: int) -> pd.DataFrame:
    """Tell what incidents say, in the same columns."""
    table = incidents.table
    per = YEAR_DAYS / incidents.days / residents * 1000.0
    rows = []
    for kind, n in table["kind"].value_counts().items():
        rows.append(("per_1000", str(kind), _poisson(int(n), per), int(n), "per_1000_year"))
    return _frame([*_per_day(incidents), *rows, *_types(table), *_places(table, n_segments)])


class Left(NamedTuple):
    """Say why a number of the model is not taken from the calls: a part, a sentence of `words.toml`, its values."""

    part: str
    key: str
    values: dict[str, object]


def parameters_of_calls(calls: Recorded, residents: float) -> tuple[dict[str, float], list[Left]]:
    """Give the parameters of a scenario that calls tell, and why others are not taken from them.

    `demand.other_calls` are calls without an offence for 1,000 residents a year; offences and quarrels come from the
    model itself. They are known where the types of most calls are, and the source hands out all of them.
    """
    table = calls.table
    found: dict[str, float] = {}
    left: list[Left] = []
    if calls.is_cut:
        left.append(Left("parts.demand", "calls_cut", {}))
    else:
        for row in _other_calls(calls, residents):
            found["demand.other_calls"] = round(row[2].value, 1)
            n = table["kind"].isin(OTHER).sum()
            for kind in ("traffic", "noise", "welfare"):
                found[f"demand.share_{kind}"] = round(float((table["kind"] == kind).sum() / n), 3)
        if not found:
            left.append(Left("parts.demand", "calls_unknown", {"known": known_percent(table)}))
    work = _work(table)
    if len(work) >= ENOUGH_TIMES:
        found["dispatch.service_median_min"] = round(float(np.median(work)), 1)
        low, high = np.quantile(np.log(work), (0.1587, 0.8413))
        found["dispatch.service_spread"] = round(min(3.0, float(high - low) / 2.0), 3)
    else:
        left.append(Left("parts.service", "few_times", {"n": len(work), "enough": ENOUGH_TIMES}))
    return found, left


def known_percent(table: pd.DataFrame) -> float:
    """Give the percentage of rows of which the kind is known."""
    return round(100.0 * float((table["kind"] != "").mean()), 1) if len(table) else 0.0


def n_of_times(table: pd.DataFrame) -> int:
    """Count the calls of which the time at the scene is known."""
    return len(_work(table))


def _work(table: pd.DataFrame) -> Floats:
    """Give minutes at the scene, brought to those of a call of mean work by the factors of the model."""
    defaults = {about.name: about.default for about in describe(Dispatch)}
    factor = {kind: float(defaults[f"service_{kind}"]) for kind in ("traffic", "noise", "dispute", "welfare")}
    factor["crime"] = float(np.mean(list(defaults["service_crime"].model_dump().values())))
    if "at_scene" not in table:
        return np.zeros(0)
    minutes = table["at_scene"].to_numpy() / table["kind"].map(factor).fillna(1.0).to_numpy(float)
    return np.asarray(minutes[minutes > 0], np.float64)


def _other_calls(calls: Recorded, residents: float) -> Iterator[Row]:
    """Give calls without an offence for 1,000 residents a year, where the kind of most rows is known."""
    table = calls.table
    other, known = table["kind"].isin(OTHER), (table["kind"] != "").mean() if len(table) else 0.0
    if known < MOST_KNOWN or not other.any():
        return
    about = _rate_a_day(calls, table["time"][other])
    per = YEAR_DAYS * 1000.0 / residents / known
    yield "other_calls", "", Estimate(*(end * per for end in about)), int((table["kind"] != "").sum()), "per_1000_year"


def _rate_a_day(recorded: Recorded, time: pd.Series) -> Estimate:
    """Give a mean over days: they differ by more than chance alone, as the interval says; chance where unknown."""
    if recorded.by_month:
        return _poisson(len(time), 1.0 / recorded.days)
    return mean_estimate(time.dt.normalize().value_counts().reindex(_days(recorded), fill_value=0).to_numpy(float))


def _days(recorded: Recorded) -> pd.DatetimeIndex:
    day = recorded.table["time"].dt.normalize()
    return pd.date_range(day.min(), day.max(), freq="D")


def _frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        [(measure, group, *about, n, unit) for measure, group, about, n, unit in rows],
        columns=["measure", "group", "value", "low", "high", "n", "unit"],
    )


def _per_day(recorded: Recorded) -> Iterator[Row]:
    """Give the rate of a day, of each weekday and of each hour."""
    table = recorded.table
    if not len(table):
        return
    yield "per_day", "", _rate_a_day(recorded, table["time"]), len(table), "per_day"
    if recorded.by_month:
        return
    all_days = _days(recorded)
    by_day = table["time"].dt.normalize().value_counts().reindex(all_days, fill_value=0)
    for weekday in range(7):
        own = by_day[all_days.day_of_week == weekday]
        if len(own):
            yield "weekday", str(weekday), mean_estimate(own.to_numpy(float)), int(own.sum()), "per_day"
    known = table[table["knows_hour"]]
    if len(known) < 24:
        return
    share = len(known) / len(table)
    counts = pd.crosstab(known["time"].dt.normalize(), known["time"].dt.hour)
    counts = counts.reindex(index=all_days, columns=range(24), fill_value=0)
    for hour in range(24):
        # Rows without an hour are spread over the day as the others are.
        about = mean_estimate(counts[hour].to_numpy(float) / share)
        yield "hour", f"{hour:02d}", about, int(counts[hour].sum()), "per_day"


def _shares(table: pd.DataFrame, column: str) -> Iterator[Row]:
    if column not in table:
        return
    known = table[~table[column].isin(["", 0])][column]
    for value, n in known.value_counts().sort_index().items():
        yield f"share_{column}", str(value), _percent(share_estimate(int(n), len(known))), int(n), "percent"


def _types(table: pd.DataFrame) -> Iterator[Row]:
    named = table[table["type"] != ""]["type"]
    for word, n in named.value_counts().head(MOST_TYPES).items():
        yield "share_type", str(word), _percent(share_estimate(int(n), len(named))), int(n), "percent"


def _times(table: pd.DataFrame, stage: str) -> Iterator[Row]:
    groups = [("", table)] + [(str(level), rows) for level, rows in table.groupby("priority") if level]
    for name, rows in groups:
        minutes = np.sort(rows[stage].dropna().to_numpy())
        if len(minutes) >= 10:
            for share, word in ((0.5, "median"), (0.9, "p90")):
                yield f"{stage}_{word}", name, quantile_estimate(minutes, share), len(minutes), "min"


def quantile_estimate(ordered: Floats, share: float) -> Estimate:
    """Estimate a quantile, with the interval between ranks that holds for any distribution."""
    from scipy.stats import binom  # noqa: PLC0415 - slow to import

    n = len(ordered)
    low, high = (int(binom.ppf(p, n, share)) for p in (0.025, 0.975))
    value = float(np.quantile(ordered, share))
    ends = ordered[max(low - 1, 0)] if low >= 1 else np.nan, ordered[high] if high < n else np.nan
    return Estimate(value, float(ends[0]), float(ends[1]))


def _places(table: pd.DataFrame, n_segments: int) -> Iterator[Row]:
    """Give the part of the records in the busiest streets; the interval draws whole days anew."""
    placed = table[table["segment"] >= 0]
    if len(placed) < 100:
        return
    day = (placed["time"].dt.normalize() - placed["time"].dt.normalize().min()).dt.days.to_numpy()
    segment = placed["segment"].to_numpy()
    random = np.random.default_rng(1)
    days = np.unique(day)
    rows_of = {one: segment[day == one] for one in days.tolist()}
    drawn = [np.concatenate([rows_of[one] for one in random.choice(days, len(days)).tolist()]) for _ in range(N_DRAWS)]
    for share in BUSIEST:
        n_top = max(1, round(share * n_segments))
        about = UNKNOWN._replace(value=_top(segment, n_segments, n_top))
        if len(days) >= 10:
            # Days that are drawn twice make busy streets busier: the interval is moved to the value that was seen.
            tops = np.array([_top(rows, n_segments, n_top) for rows in drawn])
            low, high = np.quantile(tops - np.median(tops), (0.025, 0.975))
            about = Estimate(about.value, max(0.0, about.value + float(low)), min(1.0, about.value + float(high)))
        yield "busiest", f"{100 * share:g}", _percent(about), len(placed), "percent"


def _top(segment: NDArray[np.int64], n_segments: int, n_top: int) -> float:
    counts = np.bincount(segment, minlength=n_segments)
    return float(np.partition(counts, -n_top)[-n_top:].sum() / len(segment))


def _poisson(n: int, per: float) -> Estimate:
    """Give a rate of events that come by chance, with the exact interval of Garwood (1936)."""
    from scipy.stats import chi2  # noqa: PLC0415 - slow to import

    low = 0.0 if n == 0 else float(chi2.ppf(0.025, 2 * n)) / 2.0
    return Estimate(n * per, low * per, float(chi2.ppf(0.975, 2 * n + 2)) / 2.0 * per)


def _percent(about: Estimate) -> Estimate:
    return Estimate(*(100.0 * end for end in about))
