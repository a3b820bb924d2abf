"""The calls of a force as a table that can be replayed: each call with place, kind and times, or why it is left out.

A replay answers calls that came to be answered. A row without any sign of a unit, in a file that has such signs for
others, is left out: nothing tells a call that nobody had time for from one that needed nobody.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.force.account import Account
from sim.force.kinds import kinds_of
from sim.force.reading import ForceData
from sim.force.settings import ForceFile
from sim.params import CRIMES

CRIME_BY_DEFAULT = "theft"
"""Kind of work of an offence whose type says no more: the commonest offence."""
OTHER_KIND = "welfare"
"""Kind of work of a call whose type is not known, and of one that was found to be no reason to come."""
STAMPS = ("to_assigned", "wait", "at_scene")
AS_COLUMNS = {"to_assigned": "assigned_min", "wait": "wait_min", "at_scene": "service_min"}
COLUMNS = (
    "number", "time", "segment", "kind", "priority", "service_min", "assigned_min", "wait_min", "beat", "place_known",
)  # fmt: skip
"""Minutes run from the call, but for `service_min`, which is from the first arrival to the last end; empty where
nobody wrote them down. `beat` is the beat of the street, -1 without beats; `place_known` is 0 where the street was
drawn."""


class CallsToReplay(NamedTuple):
    """Hold the calls of a force that can be replayed."""

    table: pd.DataFrame
    """in order of time, `COLUMNS`"""
    account: dict[str, int]
    """rows of the record; of these left out, by reason; of those kept, what had to be supposed"""


def calls_to_replay(data: ForceData) -> CallsToReplay | str:
    """Lay the calls of a force out for a replay, or say by a word why they cannot be: `no_calls`, `no_hours`."""
    if data.calls is None or not len(data.calls.table):
        return "no_calls"
    if data.calls.by_month or not data.calls.table["knows_hour"].any():
        return "no_hours"
    calls = data.calls.table.assign(number=np.arange(len(data.calls.table)))
    account = {"rows": len(calls)}
    calls = _leave_out(calls, ~calls["knows_hour"], "no_hour", account)
    unit = calls[list(STAMPS)].notna().any(axis=1)
    calls = _leave_out(calls, ~unit if unit.any() else calls["kind"] == "invalid", "no_unit", account)
    if calls.empty:
        return "no_hours"
    account["no_type"] = int((calls["kind"] == "").sum())
    account["no_priority"] = int((calls["priority"] == 0).sum())
    account["no_place"] = int((calls["segment"] < 0).sum())
    placed = _with_places(calls)
    if placed is None:
        return "no_places"
    beats = None if data.beats is None else data.beats.district
    segment = placed["segment"].to_numpy(np.int64)
    table = placed.rename(columns=AS_COLUMNS).assign(
        kind=_work_of(placed, data.settings), segment=segment,
        beat=-1 if beats is None else beats[segment],
        place_known=(calls["segment"] >= 0).astype(int),
    )  # fmt: skip
    table["service_min"] = table["service_min"].where(table["service_min"] > 0.0)
    for name in ("service_min", "assigned_min", "wait_min"):
        table[name] = table[name].round(3)
    table["time"] = table["time"].dt.strftime("%Y-%m-%d %H:%M:%S")
    account["used"] = len(table)
    return CallsToReplay(table.sort_values(["time", "number"])[list(COLUMNS)].reset_index(drop=True), account)


def _leave_out(calls: pd.DataFrame, rows: pd.Series, reason: str, account: dict[str, int]) -> pd.DataFrame:
    account[reason] = int(rows.sum())
    return calls[~rows]


def _work_of(table: pd.DataFrame, settings: ForceFile) -> list[str]:
    """Give the kind of work that each call is: offences by what their type says of them, like incidents."""
    told = kinds_of(table["type"].tolist(), "incidents", dict(settings.incidents.types), Account("incidents"))
    kinds = []
    for kind, crime in zip(table["kind"], told, strict=True):
        if kind == "crime":
            kinds.append(crime if crime in CRIMES else CRIME_BY_DEFAULT)
        else:
            kinds.append(OTHER_KIND if kind in ("", "invalid") else str(kind))
    return kinds


def _with_places(calls: pd.DataFrame) -> pd.DataFrame | None:
    """Give calls without a street that of another call, of the same beat where it is known and else of the same kind.

    Left out they would be missed in the work of the force. Drawn once and for all: every deployment has the same.
    """
    known = calls[calls["segment"] >= 0]
    if known.empty:
        return None
    random = np.random.default_rng(1)
    segment = calls["segment"].to_numpy(np.int64, copy=True)
    for i in np.flatnonzero(segment < 0):
        one = calls.iloc[i]
        like = known[known["beat"] == one["beat"]] if one["beat"] >= 0 else known[known["kind"] == one["kind"]]
        like = like if len(like) else known
        segment[i] = int(like["segment"].iloc[int(random.integers(len(like)))])
    return calls.assign(segment=segment)
