"""The waits of a replay beside those that were recorded: the same calls, percentile by percentile."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.population.recorded import number_of
from sim.clock import DAY_MIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PERCENTILES = (10, 50, 90)
BAND_H = 3
"""Hours of the day that are taken together: a month has few calls of one hour."""
TAIL_MIN = 180.0
"""Calls of the end of a run are left out: the run ends before some of them could be answered."""
N_DRAWS = 400
LEVEL = 0.90
COLUMNS = ("quantity", "by", "group", "percentile", "n", "recorded", "simulated", "difference", "low_90", "high_90")
STAMPS = {"wait": ("wait_min", "t_arrived"), "assigned": ("assigned_min", "t_sent")}
"""What is compared: minutes of the record from the call on, and the column of the ledger that answers to them."""


def match_calls(record: pd.DataFrame, ledger: pd.DataFrame, *, from_day: int, end_min: float) -> pd.DataFrame:
    """Give the calls of a record that a run had, with what the run made of them.

    Parameters
    ----------
    record
        the calls within the run, with `minute` since its begin, as `select_in_run` gives them
    ledger
        the table `calls` of a run
    from_day, end_min
        calls before this day, and of the last `TAIL_MIN` before this minute, are left out

    Returns
    -------
    calls
        the record, and `sim_wait` and `sim_assigned` in minutes from the call: without end where nobody came
    """
    number = number_of(ledger["cause"].to_numpy(np.uint64))
    own = pd.DataFrame({"number": number, "t_call": ledger["t_call"].to_numpy(np.float64)})
    for name, (_, stamp) in STAMPS.items():
        minutes = ledger[stamp].to_numpy(np.float64) - own["t_call"]
        own[f"sim_{name}"] = minutes.where(np.isfinite(minutes), math.inf)
    kept = record[(record["minute"] >= from_day * DAY_MIN) & (record["minute"] < end_min - TAIL_MIN)]
    return kept.merge(own[own["number"] >= 0].drop(columns="t_call"), on="number").sort_values("number")


def hold_against(matched: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Compare recorded and simulated percentiles over the calls whose time was recorded.

    The interval draws whole days anew, recorded and simulated together: the calls of a busy day wait together, and a
    day that was busy in the record is busy in the replay.

    Parameters
    ----------
    matched
        for each seed, the table of `match_calls`

    Returns
    -------
    table
        `COLUMNS`, in minutes
    """
    rows: list[dict[str, object]] = []
    for quantity, (column, _) in STAMPS.items():
        if column not in matched[0].columns:
            continue
        known = [calls[np.isfinite(calls[column].to_numpy(np.float64))] for calls in matched]
        for (by, group), chosen in _groups(known[0]).items():
            parts = [calls[calls["number"].isin(chosen)] for calls in known]
            rows += [
                {"quantity": quantity, "by": by, "group": group} | row
                for row in _compare(parts, column, f"sim_{quantity}")
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _groups(calls: pd.DataFrame) -> Mapping[tuple[str, str], Ints]:
    """Name the calls of each group by their numbers: all, by priority, by hours of the day, by beat."""
    band = (calls["minute"] % DAY_MIN // (60 * BAND_H)).astype(int) * BAND_H
    parts = {"all": pd.Series("all", calls.index), "priority": calls["priority"].astype(str)}
    parts["hour"] = band.map(lambda hour: f"{hour:02d}-{hour + BAND_H:02d}")
    if "beat" in calls.columns and (calls["beat"] >= 0).any():
        parts["beat"] = calls["beat"].astype(int).astype(str)
    return {
        (by, str(group)): own.to_numpy(np.int64)
        for by, labels in parts.items()
        for group, own in calls["number"].groupby(labels)
    }


def _compare(parts: Sequence[pd.DataFrame], column: str, simulated: str) -> list[dict[str, object]]:
    """Compare the percentiles of one group."""
    days = (parts[0]["minute"] // DAY_MIN).to_numpy(np.int64)
    labels, day = np.unique(days, return_inverse=True)
    truth, order = _sorted(parts[0][column].to_numpy(np.float64), day)
    model, order_m = _sorted(
        np.concatenate([part[simulated].to_numpy(np.float64) for part in parts]), np.tile(day, len(parts))
    )
    random = np.random.default_rng(0)
    draws = []
    for _ in range(N_DRAWS):
        weight = random.multinomial(len(labels), np.full(len(labels), 1.0 / len(labels))).astype(np.float64)
        with np.errstate(invalid="ignore"):
            draws.append(_percentiles(model, weight[order_m]) - _percentiles(truth, weight[order]))
    even = np.ones(len(labels))
    is_, was = _percentiles(model, even[order_m]), _percentiles(truth, even[order])
    edge = (1.0 - LEVEL) / 2.0
    low, high = (np.quantile(np.array(draws), q, axis=0, method="inverted_cdf") for q in (edge, 1.0 - edge))
    return [
        {
            "percentile": p, "n": len(truth), "recorded": was[i], "simulated": is_[i], "difference": is_[i] - was[i],
            "low_90": low[i], "high_90": high[i],
        }
        for i, p in enumerate(PERCENTILES)
    ]  # fmt: skip


def _sorted(values: Floats, day: Ints) -> tuple[Floats, Ints]:
    order = np.argsort(values, kind="stable")
    return values[order], day[order]


def _percentiles(values: Floats, weight: Floats) -> Floats:
    """Give the percentiles of values in ascending order; one that nobody reached is without end."""
    cumulated = np.cumsum(weight)
    at = np.searchsorted(cumulated, np.array(PERCENTILES) / 100.0 * cumulated[-1])
    return np.asarray(values[np.minimum(at, len(values) - 1)], np.float64)
