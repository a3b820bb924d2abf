"""Who pays: stops, checks, visits, waiting, arrests, crime suffered and trust, group by group.

Rates are per 1,000 residents and year **lived here**: a room of the floating population can be empty, and
somebody in custody cannot be stopped. Groups are of homes (`people`), so they hold whatever tenant comes.
A disparity ratio sets a group against all others; truth, report and record stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import BY_CHECK, BY_MEDIATION, BY_STOP, BY_VISIT, CONTACTS
from sim.errors import InputError
from sim.outcomes.columns import read_codes
from sim.outcomes.reporting import find_known
from sim.outcomes.response import select_answered
from sim.statistics.estimates import UNKNOWN, Z95, Estimate, mean_estimate

Tables = Mapping[str, pd.DataFrame]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TABLES = ("people", "feelings", "contacts", "calls", "arrests", "offences", "incidents")
"""The tables of the ledger that are read."""
GROUPINGS = ("migrant", "income", "district", "tenure")
THIRDS = ("low", "middle", "high")
NOBODY = "nobody"
"""Stands for a business or the street as a victim, and for calls without a caller."""
ALL = "all"
PER_THOUSAND_A_YEAR = 1000.0 * 365.0
KEYS = ["by", "group", "measure"]
COLUMNS = (*KEYS, "n", "value", "ratio", "low", "high", "n_runs")


class Ratio(NamedTuple):
    """Hold what a measure is the ratio of, person by person."""

    top: Floats
    bottom: Floats
    scale: float
    counted: Floats
    """what `n` counts: events or minutes, or the cases that a mean or a share is taken of"""
    of_events: bool = False
    """`top` counts events"""
    of_nobody: float = 0.0
    """the same without a person"""


MEASURES = (
    "stops", "false_stops", "checks", "visits", "minutes", "arrests", "wait", "offences", "reported", "recorded",
    "reported_pct", "recorded_pct", "security", "satisfaction", "trust", "familiarity",
)  # fmt: skip
"""What is measured, in the order of the table; `false_stops` found nothing, `minutes` are those that stops, checks,
visits and mediation took, `wait` is from call to arrival."""


def tabulate_burden(runs: Iterable[Tables], *, by: str) -> pd.DataFrame:
    """Measure the burden of each group over one run, or over several that differ in their seed.

    Parameters
    ----------
    runs
        the ledger of each run by table name, with those of `TABLES`
    by
        one of `GROUPINGS`: 'migrant' (rooms of the floating population against all others), 'income' (thirds of
        residents), 'district', or 'tenure'

    Returns
    -------
    table
        one row per group and measure of `MEASURES`: `by`, `group`, `measure`, `n` (events or minutes; of a
        mean or share the calls, offences or persons that it is taken of),
        `value` (a rate per 1,000 residents and year, minutes, per cent, or a mean from 0 to 1), `ratio` to the
        value of all others, `low`, `high`, `n_runs`. 'all' and, for crime, 'nobody' are groups without a ratio; the
        `n` of all other groups and of nobody sum to that of 'all'. Over several runs `n` is their sum, `value` and
        the logarithm of `ratio` are means with Student's interval; over one, the interval takes streets for
        independent of each other.

    Raises
    ------
    InputError
        If there is no such grouping, or a run has not come to its end.
    """
    if by not in GROUPINGS:
        raise InputError(f"burden: groups must be by one of {', '.join(GROUPINGS)}, got {by!r}")
    tables_of_runs = [_measure_run(tables, by) for tables in runs]
    if not tables_of_runs:
        raise InputError("burden: needs at least one run, got none")
    return tables_of_runs[0] if len(tables_of_runs) == 1 else _combine(pd.concat(tables_of_runs))


def group_people(people: pd.DataFrame, by: str) -> tuple[Ints, tuple[str, ...]]:
    """Give each row of `people` the number of its group, and the names of the groups."""
    if by == "migrant":
        return 1 - people["migrant"].to_numpy(np.int64), ("migrant", "local")
    if by == "tenure":
        return 1 - people["renting"].to_numpy(np.int64), ("tenant", "owner")
    if by == "income":
        edges = people["income"].quantile([1 / 3, 2 / 3]).to_numpy()
        return np.searchsorted(edges, people["income"].to_numpy(), side="left").astype(np.int64), THIRDS
    names, district = np.unique(people["district"].to_numpy(), return_inverse=True)
    return district.astype(np.int64), tuple(str(name) for name in names)


def compare_rest(ratio: Ratio, member: NDArray[np.bool_], street: Ints) -> Estimate:
    """Estimate how many times the value of all others a group has.

    The interval is that of the logarithm by linearisation over streets, which a bootstrap of streets comes to: many
    stops of one person are less certain than as many of several, and what befalls a street befalls its homes together.
    Where a group counts none, half a count is added on both sides (Haldane 1956) and counts are taken for Poisson.
    """
    sides = [(ratio.top[side], ratio.bottom[side]) for side in (member, ~member)]
    if any(bottom.sum() <= 0 for _, bottom in sides):
        return UNKNOWN
    if any(top.sum() <= 0 for top, _ in sides):
        return _compare_few(sides) if ratio.of_events else UNKNOWN
    one, rest = (float(top.sum()) / float(bottom.sum()) for top, bottom in sides)
    apart = np.where(
        member,
        (ratio.top - one * ratio.bottom) / sides[0][0].sum(),
        (rest * ratio.bottom - ratio.top) / sides[1][0].sum(),
    )
    by_street = np.bincount(street, apart)
    n = int(np.count_nonzero(np.bincount(street)))
    return _around(one / rest, np.sqrt(float(by_street @ by_street) * n / max(n - 1, 1)))


def _compare_few(sides: list[tuple[Floats, Floats]]) -> Estimate:
    counts = [float(top.sum()) for top, _ in sides]
    if sum(counts) == 0:
        return UNKNOWN
    rates = [(count + 0.5) / float(bottom.sum()) for count, (_, bottom) in zip(counts, sides, strict=True)]
    return _around(rates[0] / rates[1], np.sqrt(sum(1.0 / (count + 0.5) for count in counts)))


def _around(ratio: float, spread: float) -> Estimate:
    return Estimate(ratio, ratio * np.exp(-Z95 * spread), ratio * np.exp(Z95 * spread))


def _measure_run(tables: Tables, by: str) -> pd.DataFrame:
    people = tables["people"].sort_values("resident")
    if len(tables["feelings"]) < len(people) or people.empty:
        raise InputError("burden: needs a run that has come to its end; `cpsim run ... --resume` goes on with one")
    group, names = group_people(people, by)
    street = people["home"].to_numpy(np.int64)
    rows = []
    for measure, ratio in _ratios(tables, len(people)).items():
        for number, name in enumerate(names):
            member = group == number
            n = float(ratio.counted[member].sum())
            rows.append((by, name, measure, n, _value(ratio, member), *compare_rest(ratio, member, street), 1))
        n = float(ratio.counted.sum()) + ratio.of_nobody
        rows.append((by, ALL, measure, n, _value(ratio, np.ones(len(group), bool)), *UNKNOWN, 1))
        if ratio.of_nobody:
            rows.append((by, NOBODY, measure, ratio.of_nobody, np.nan, *UNKNOWN, 1))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _value(ratio: Ratio, member: NDArray[np.bool_]) -> float:
    bottom = float(ratio.bottom[member].sum())
    return ratio.scale * float(ratio.top[member].sum()) / bottom if bottom > 0 else np.nan


def _ratios(tables: Tables, n: int) -> dict[str, Ratio]:
    """Count every measure person by person."""
    feelings = tables["feelings"].sort_values("resident")
    days = feelings["n_days"].to_numpy(np.float64)
    crime = _crime(tables["offences"], tables["incidents"], tables["calls"])
    nobody = {name: float(((victim < 0) | (victim >= n)).sum()) for name, victim in crime.items()}
    counts = _contacts(tables["contacts"], n) | {"arrests": _count(tables["arrests"]["resident"], n)}
    counts |= {name: _count(victim, n) for name, victim in crime.items()}
    ratios = {
        name: Ratio(top, days, PER_THOUSAND_A_YEAR, top, name != "minutes", nobody.get(name, 0.0))
        for name, top in counts.items()
    }
    suffered = counts["offences"]
    for name in ("reported", "recorded"):
        ratios[f"{name}_pct"] = Ratio(counts[name], suffered, 100.0, suffered, of_nobody=nobody["offences"])
    answered = select_answered(tables["calls"])
    wait, calls = (answered["t_arrived"] - answered["t_call"]).to_numpy(np.float64), _count(answered["caller"], n)
    n_nobody = float(((answered["caller"] < 0) | (answered["caller"] >= n)).sum())
    ratios["wait"] = Ratio(_count(answered["caller"], n, wait), calls, 1.0, calls, of_nobody=n_nobody)
    here = feelings["present"].to_numpy(np.float64)
    for name in ("security", "satisfaction", "trust", "familiarity"):
        ratios[name] = Ratio(feelings[name].to_numpy(np.float64) * here, here, 1.0, here)
    return {name: ratios[name] for name in MEASURES}


def _contacts(contacts: pd.DataFrame, n: int) -> dict[str, Floats]:
    met = contacts[contacts["met"] > 0]
    kind = read_codes(met["kind"], CONTACTS)
    taken = np.isin(kind, (BY_STOP, BY_CHECK, BY_VISIT, BY_MEDIATION))
    chosen = {
        "stops": kind == BY_STOP,
        "false_stops": (kind == BY_STOP) & (met["found"] == 0).to_numpy(),
        "checks": kind == BY_CHECK,
        "visits": kind == BY_VISIT,
    }
    counts = {name: _count(met["resident"][keep], n) for name, keep in chosen.items()}
    return counts | {"minutes": _count(met["resident"][taken], n, met["minutes"].to_numpy(np.float64)[taken])}


def _crime(offences: pd.DataFrame, incidents: pd.DataFrame, calls: pd.DataFrame) -> dict[str, pd.Series]:
    """Name the victims of all offences, of those known to the police, and of those on record."""
    came_to_light = find_known(offences, calls)
    on_record = offences["cause"].isin(incidents["cause"])
    victim = offences["victim"]
    return {"offences": victim, "reported": victim[came_to_light], "recorded": victim[on_record]}


def _count(resident: pd.Series, n: int, weight: Floats | None = None) -> Floats:
    """Count events, or add up what they weigh, by resident; nobody and people from beyond the border are left out."""
    row = resident.to_numpy(np.int64)
    somebody = (row >= 0) & (row < n)
    weights = None if weight is None else weight[somebody]
    return np.bincount(row[somebody], weights, minlength=n).astype(np.float64)


def _combine(tables: pd.DataFrame) -> pd.DataFrame:
    """Take the mean over runs: of values, and of ratios on the scale of logarithms."""
    rows = []
    for key, some in tables.groupby(KEYS, sort=False):
        log = mean_estimate(np.log(some["ratio"].to_numpy(np.float64)))
        ratio = Estimate(*(float(np.exp(end)) for end in log))
        rows.append((*key, float(some["n"].sum()), float(some["value"].mean()), *ratio, len(some)))
    return pd.DataFrame(rows, columns=list(COLUMNS))
