"""Cells: how unequally work falls on them, and who comes when one of them calls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN
from sim.ledger.force import Force
from sim.outcomes.concentration import measure_gini
from sim.outcomes.response import select_answered, select_called

Floats = NDArray[np.float64]
CELL_MEASURES = ("cell_calls_gini", "cell_load_gini", "own_cell_pct")


def measure_cells(tables: Mapping[str, pd.DataFrame], force: Force | None, *, from_day: int = 0) -> dict[str, float]:
    """Give what a summary tells of cells, those in force when the run ends.

    Parameters
    ----------
    tables
        the ledger, of which calls before `from_day` were left out
    force
        the force of the run; without it nothing of this is known
    """
    if force is None:
        return dict.fromkeys(CELL_MEASURES, np.nan)
    called = select_called(tables["calls"])
    return {
        "cell_calls_gini": measure_gini(count_in_cells(called["segment"].to_numpy(np.int64), force.cell)),
        "cell_load_gini": measure_load_gini(called, tables["segments"], force.cell, from_day=from_day),
        "own_cell_pct": 100.0 * find_own_cell_share(tables["calls"], force),
    }


def count_in_cells(segment: NDArray[np.int64], cell: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count events by the cell of their segment, cells without any included."""
    names, place = np.unique(cell, return_inverse=True)
    return np.bincount(place[segment], minlength=len(names)).astype(np.int64)


def measure_load_gini(
    calls: pd.DataFrame, segments: pd.DataFrame, cell: NDArray[np.int64], *, from_day: int = 0
) -> float:
    """Measure how unequal calls for each officer-hour in sight are between cells.

    The police in sight are known by periods (table `segments`), so both are taken over the whole periods after
    `from_day`. Where no whole period is left, the number is not known.
    """
    ends = np.unique(segments["day"].to_numpy(np.int64))
    begins = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    kept = ends[begins >= from_day]
    if not len(kept):
        return float("nan")
    since = float(begins[begins >= from_day][0]) * DAY_MIN
    names, place = np.unique(cell, return_inverse=True)
    panel = segments[segments["day"].isin(kept)]
    minutes = np.bincount(
        place[panel["segment"].to_numpy(np.int64)], panel["police_min"].to_numpy(np.float64), len(names)
    )
    n_calls = count_in_cells(calls.loc[calls["t_call"] >= since, "segment"].to_numpy(np.int64), cell)
    return gini_of_rates(n_calls.astype(np.float64), minutes.astype(np.float64))


def gini_of_rates(events: Floats, exposure: Floats) -> float:
    """Measure how unequal the rate of events is over an exposure: 0 where each unit of it has as many events.

    It is the Gini coefficient of events over exposure, with exposure as the weight: twice the area between the diagonal
    and the Lorenz curve. A cell with events and no exposure at all stands last.
    """
    if not events.sum() > 0.0 or not exposure.sum() > 0.0:
        return float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(exposure > 0.0, events / exposure, np.where(events > 0.0, np.inf, 0.0))
    order = np.argsort(rate, kind="stable")
    share = np.concatenate([[0.0], np.cumsum(events[order])]) / events.sum()
    weight = exposure[order] / exposure.sum()
    return float(max(0.0, 1.0 - np.dot(share[1:] + share[:-1], weight)))


def find_own_cell_share(calls: pd.DataFrame, force: Force) -> float:
    """Find the share of answered calls at which the first officer belongs to the cell of the call."""
    answered = select_answered(calls)
    officer = answered["officer"].to_numpy(np.int64)
    known = (officer >= 0) & (officer < len(force.officers))
    if not known.any():
        return float("nan")
    own = force.officers["cell"].to_numpy(np.int64)[officer[known]]
    there = force.cell[answered["segment"].to_numpy(np.int64)[known]]
    return float(np.mean(own == there))
