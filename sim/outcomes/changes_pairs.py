"""All that changed between two runs at one call, how far it depends on the window, and the mean over several pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.outcomes.changes import WINDOW_DAYS, count_changes, list_changes
from sim.outcomes.changes_places import (
    TREATED_SHARE,
    find_treated,
    measure_extra_police,
    tabulate_ring_changes,
    tabulate_segments,
)
from sim.outcomes.displacement import find_rings
from sim.statistics.estimates import mean_estimate

Floats = NDArray[np.float64]

WINDOWS_DAYS = (0.0, 7.0, 14.0, 28.0)
"""windows at which the sensitivity is told; 0 makes no pairs"""
BY_WINDOW = ("delayed", "advanced", "switched", "prevented", "caused")


class Changes(NamedTuple):
    """Hold what changed between two runs."""

    offences: pd.DataFrame
    """one row per offence, from `sim.outcomes.changes.list_changes`"""
    by_type: pd.DataFrame
    """counts of classes, from `sim.outcomes.changes.count_changes`"""
    by_segment: pd.DataFrame
    """from `sim.outcomes.changes_places.tabulate_segments`, with `extra_police_min` and `ring`"""
    by_ring: pd.DataFrame
    """from `sim.outcomes.changes_places.tabulate_ring_changes`"""
    by_window: pd.DataFrame
    """from `vary_window`"""


def find_changes(
    a: Mapping[str, pd.DataFrame],
    b: Mapping[str, pd.DataFrame],
    net: StreetNetwork,
    *,
    window_days: float = WINDOW_DAYS,
    treated_share: float = TREATED_SHARE,
) -> Changes:
    """Find what changed between two runs of the same scenario and seed.

    Parameters
    ----------
    a, b
        ledger tables `offences` and `segments`: baseline, and the run to compare with it
    net
        the streets of both
    window_days
        longest time between a lost and a gained offence that are taken for one
    treated_share
        share of segments taken for treated, those with the largest rise of police minutes

    Raises
    ------
    InputError
        If a table lacks a column or names a cause twice, or a parameter is out of range.
    """
    offences = list_changes(a["offences"], b["offences"], net=net, window_days=window_days)
    extra_min = measure_extra_police(a["segments"], b["segments"], net.n_segments)
    ring = find_rings(net, find_treated(extra_min, share=treated_share))
    by_segment = tabulate_segments(offences, net.n_segments)
    return Changes(
        offences,
        count_changes(offences),
        by_segment.assign(extra_police_min=extra_min, ring=ring),
        tabulate_ring_changes(by_segment, ring),
        vary_window(a["offences"], b["offences"], windows_days=(*WINDOWS_DAYS, window_days)),
    )


def vary_window(a: pd.DataFrame, b: pd.DataFrame, *, windows_days: Sequence[float] = WINDOWS_DAYS) -> pd.DataFrame:
    """Tell how far the classes depend on the window, and how many pairs are made by chance.

    For the latter the offences of `b` are shifted by half a run, those past its end to its begin: pairs made then are
    of offences that have nothing to do with each other, by offenders who are as busy.

    Returns
    -------
    table
        indexed by `window_days`: the columns `BY_WINDOW`, `pairs` (lost and gained offences taken for one) and
        `by_chance`, how many the rule makes of the shifted offences
    """
    shifted = b.assign(t=_shift_by_half(a["t"].to_numpy(np.float64), b["t"].to_numpy(np.float64)))
    rows = {}
    for window in sorted({float(days) for days in windows_days}):
        changes = list_changes(a, b, window_days=window)
        n = changes["class"].value_counts()
        rows[window] = {name: int(n[name]) for name in BY_WINDOW} | {
            "pairs": _count_pairs(changes),
            "by_chance": _count_pairs(list_changes(a, shifted, window_days=window)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("window_days")


def estimate_tables(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Estimate the mean of each cell over pairs of runs, with its 95 % interval.

    Parameters
    ----------
    tables
        one a pair, with the same columns; a row that one of them lacks counts as zeros there

    Returns
    -------
    table
        one row per cell: the index of the tables, `column`, `mean`, `low`, `high`, `n_pairs`
    """
    labels = list(dict.fromkeys(label for table in tables for label in table.index))
    aligned = [table.reindex(labels, fill_value=0) for table in tables]
    rows = []
    for label in labels:
        for column in aligned[0].columns:
            values = np.array([table.loc[label, column] for table in aligned], np.float64)
            rows.append((label, column, *mean_estimate(values), int((~np.isnan(values)).sum())))
    return pd.DataFrame(rows, columns=[tables[0].index.name, "column", "mean", "low", "high", "n_pairs"])


def _count_pairs(changes: pd.DataFrame) -> int:
    return int((changes["cause_a"] != changes["cause_b"]).fillna(value=False).sum())


def _shift_by_half(t_a: Floats, t_b: Floats) -> Floats:
    length = max(t_a.max(initial=0.0), t_b.max(initial=0.0)) + 1.0
    return np.asarray((t_b + length / 2.0) % length, np.float64)
