"""How fast calls are answered, how long the work takes, and how busy officers are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import ACTIVITIES, CALLS, INVALID
from sim.clock import DAY_MIN
from sim.outcomes.columns import read_block, read_codes
from sim.statistics.estimates import percentile_interval

Floats = NDArray[np.float64]

PRIORITIES = (1, 2, 3)
WITHIN_MIN = (5.0, 10.0, 30.0)
SERVICE_EDGES_MIN = (0.0, 30.0, 60.0, 120.0, 240.0, np.inf)
"""The classes in which [ankang] publishes the time from instruction to feedback, the way included."""
COMMITTED = (
    "respond", "serve", "stop", "report", "visit", "mediate", "problem", "prisoner", "guard", "briefing",
    "room",
)  # fmt: skip
"""Work on a call or a case, prisoners, the change of shift, and police rooms: an officer so engaged is busy."""
UNCOMMITTED = ("patrol", "travel", "hold", "rest")
"""Free to be sent: on patrol, on the way to a post or on it, in a break."""


def select_called(calls: pd.DataFrame) -> pd.DataFrame:
    """Keep what somebody called for: what an officer came upon or was told in a room has a row, but no call or wait."""
    for column in ("discovered", "at_room"):
        if column in calls.columns:
            calls = calls[~(calls[column] > 0)]
    return calls


def count_rung(calls: pd.DataFrame, days: pd.DataFrame) -> float:
    """Count calls of all kinds, as an emergency office publishes them: those that end on the telephone as well.

    Who rings for nothing, and who is sent to another office, is counted by day and has no row among the calls.
    """
    called = select_called(calls)
    return float((called["kind"] != CALLS[INVALID]).sum()) + float(days["n_telephone"].sum())


def select_answered(calls: pd.DataFrame) -> pd.DataFrame:
    """Keep the calls to which a unit came."""
    called = select_called(calls)
    return called[called["t_arrived"].notna()]


def measure_response(
    calls: pd.DataFrame, *, within_min: Sequence[float] = WITHIN_MIN, n_replications: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Describe the time from call to arrival for each priority and for all calls [nypd_response].

    Intervals come from resampling whole days, since the calls of a busy day wait together and a
    resampling of single calls would claim too much.

    Returns
    -------
    table
        one row per priority, and 'all'; columns `n`, and for `mean`, `median`, `p90`,
        `within_5` ... the value, `_low` and `_high`; minutes and shares
    """
    answered = select_answered(calls)
    wait = (answered["t_arrived"] - answered["t_call"]).to_numpy(np.float64)
    day = (answered["t_call"] // DAY_MIN).to_numpy(np.int64)
    priority = answered["priority"].to_numpy(np.int64)
    chosen = {str(p): priority == p for p in PRIORITIES} | {"all": np.ones(len(wait), bool)}
    rows = {name: _describe(wait[keep], day[keep], within_min, n_replications, seed) for name, keep in chosen.items()}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "priority"
    return table.astype({"n": int})


def describe_waits(wait: Floats, weight: Floats, within_min: Sequence[float]) -> dict[str, float]:
    """Give mean, median, 90th percentile and shares of waits in ascending order, each counted `weight` times."""
    total = weight.sum()
    cumulated = np.cumsum(weight)

    def quantile(p: float) -> float:
        return float(wait[min(int(np.searchsorted(cumulated, p * total)), len(wait) - 1)])

    row = {"mean": float(wait @ weight / total), "median": quantile(0.5), "p90": quantile(0.9)}
    for limit in within_min:
        row[f"within_{limit:g}"] = float(weight[: np.searchsorted(wait, limit, "right")].sum() / total)
    return row


def _describe(
    wait: Floats, day: NDArray[np.int64], within_min: Sequence[float], n_replications: int, seed: int
) -> dict[str, float]:
    names = ("mean", "median", "p90", *(f"within_{limit:g}" for limit in within_min))
    if len(wait) == 0:
        return {"n": 0} | {f"{name}{end}": np.nan for name in names for end in ("", "_low", "_high")}
    order = np.argsort(wait, kind="stable")
    wait, days = wait[order], np.unique(day, return_inverse=True)[1][order]
    waits = describe_waits(wait, np.ones(len(wait)), within_min)
    n_days = int(days.max()) + 1
    rng = np.random.default_rng(seed)
    draws = [
        describe_waits(wait, rng.multinomial(n_days, np.full(n_days, 1 / n_days)).astype(float)[days], within_min)
        for _ in range(n_replications)
    ]
    row: dict[str, float] = {"n": len(wait)}
    for name in names:
        row[name] = waits[name]
        row[f"{name}_low"], row[f"{name}_high"] = percentile_interval(np.array([d[name] for d in draws]))
    return row


def measure_answered_within(
    calls: pd.DataFrame, priority: str, minutes: float, *, from_min: float = 0.0, end_min: float = np.inf
) -> float:
    """Give the share of calls to which a unit came within some minutes; one to which none came was not in time.

    Shares of the calls that were answered look the better, the more are not. Calls that end on the telephone need
    nobody and are left out, and so are those whose time was not over when the run ended.

    Parameters
    ----------
    priority
        '1', '2', '3' or 'all'
    from_min, end_min
        the span of time that counts, minutes of the run

    Returns
    -------
    share
        0 to 1; not a number where nobody called
    """
    called = select_asked(calls, priority, minutes, from_min=from_min, end_min=end_min)
    in_time = called["t_arrived"] - called["t_call"] <= minutes
    return float(in_time.mean()) if len(called) else np.nan


def select_asked(
    calls: pd.DataFrame, priority: str, minutes: float, *, from_min: float = 0.0, end_min: float = np.inf
) -> pd.DataFrame:
    """Keep the calls of which `measure_answered_within` gives the share."""
    called = select_called(calls)
    called = called[(called["t_call"] >= from_min) & (called["t_call"] + minutes <= end_min)]
    called = called[read_codes(called["kind"], CALLS) != INVALID]
    return called if priority == "all" else called[called["priority"].to_numpy() == int(priority)]


def measure_queue(calls: pd.DataFrame) -> pd.DataFrame:
    """Describe the wait from call to dispatch: mean and 90th percentile in minutes, share sent later than 1 min."""
    called = select_called(calls)
    sent = called[called["t_sent"].notna()]
    wait = (sent["t_sent"] - sent["t_call"]).rename("wait")
    groups = {str(p): wait[sent["priority"].to_numpy() == p] for p in PRIORITIES} | {"all": wait}
    rows = {
        name: {"n": len(w), "mean": w.mean(), "p90": w.quantile(0.9), "share_queued": (w > 1.0).mean()}
        for name, w in groups.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "priority"
    return table.astype({"n": int})


def measure_service(calls: pd.DataFrame, *, edges_min: Sequence[float] = SERVICE_EDGES_MIN) -> pd.Series:
    """Give the share of attended calls whose work took each length, from arrival to the end.

    It is shorter than what [ankang] publishes in these classes, by turning out, the way and the report.

    Returns
    -------
    share
        one value per class, indexed by text such as '30-60' or '240+' (minutes)
    """
    attended = calls[calls["t_arrived"].notna()]
    minutes = (attended["t_closed"] - attended["t_arrived"]).to_numpy(np.float64)
    minutes = minutes[~np.isnan(minutes)]
    counts = np.histogram(minutes, bins=np.asarray(edges_min))[0]
    names = [f"{low:g}+" if np.isinf(high) else f"{low:g}-{high:g}" for low, high in pairwise(edges_min)]
    return pd.Series(counts / max(len(minutes), 1), index=pd.Index(names, name="minutes"), name="share")


def measure_workload(days: pd.DataFrame) -> pd.Series:
    """Measure the shares of time on the streets that officers are busy and uncommitted [kelling1974], [famega2005].

    Desk work is left out: the field figures are of patrol officers, and detectives sit at a desk.

    Returns
    -------
    shares
        `busy` and `uncommitted`, which sum to 1
    """
    minutes = dict(zip(ACTIVITIES, read_block(days, "officer_min", ACTIVITIES).sum(axis=0), strict=True))
    busy = sum(minutes[a] for a in COMMITTED)
    on_streets = busy + sum(minutes[a] for a in UNCOMMITTED)
    share = busy / on_streets if on_streets else np.nan
    return pd.Series({"busy": share, "uncommitted": 1.0 - share})


def measure_officer_hours(days: pd.DataFrame) -> pd.Series:
    """Give officer-hours a day by activity, off duty left out."""
    minutes = read_block(days, "officer_min", ACTIVITIES)
    hours = minutes.sum(axis=0) / 60.0 / max(len(days), 1)
    return pd.Series(hours, index=pd.Index(ACTIVITIES, name="activity"), name="hours_a_day").drop("off")
