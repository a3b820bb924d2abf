"""A strip: one hour of one side as the page draws it, and nothing that the model does not hold.

Residents are known by segment alone, one a tick; officers on their way by segment and by how much of it they have
done, and at work by segment alone. Where along a segment somebody is who is known by segment alone is not known, and is
given as its middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import State
from sim.agents.tables import (
    ACTIVITIES,
    CALL_FREE,
    CALL_PENDING,
    CALLS,
    NEVER,
    NONE,
    PATROL,
    RESPOND,
    ROLES,
    TRAVEL,
)
from sim.outcomes.feelings import AGREES_FROM
from sim.outcomes.questionnaire import MIN_AGE
from sim.params import CRIMES
from sim.web.binary import pack
from sim.world import World

Rows = NDArray[Any]
MIDDLE = 128
NOBODY = 255
CRIME_DAYS = 30
SCALES: dict[str, tuple[float, float, str]] = {
    "presence": (0.0, 200.0, "log"), "police": (0.0, 480.0, "log"), "crime": (0.0, 30.0, "log"),
    "fear": (0.0, 1.0, "linear"), "satisfied": (0.0, 1.0, "linear"),
}  # fmt: skip
"""What 0 and 255 (254 where 255 stands for nobody) are worth, the same for both sides and all hours."""
MOVING = (PATROL, TRAVEL, RESPOND)


@dataclass
class Looks:
    """Hold what was seen of a world at the end of each tick of one hour."""

    segment: list[Rows] = field(default_factory=list)
    along: list[Rows] = field(default_factory=list)
    activity: list[Rows] = field(default_factory=list)
    travellers: list[Rows] = field(default_factory=list)
    """by tick, (n, 3): resident, segment, 1 on foot"""
    surfaces: dict[str, Rows] = field(default_factory=dict)
    role: Rows = field(default_factory=lambda: np.zeros(0, np.uint8))


def look(world: World, looks: Looks) -> None:
    """Copy what a strip shows of officers and of residents on the way; it changes nothing."""
    state, now = world.state, float(world.state.c["tick"][0] * world.clock.tick_min)
    officers = state.officers
    looks.segment.append(officers["segment"].astype(np.int32))
    looks.activity.append(officers["activity"].copy())
    looks.along.append(_along(officers, state.segments, now))
    rows = state.travellers[: int(state.c["n_travellers"][0])]
    rows = rows[rows[:, 3] >= 0]
    looks.travellers.append(np.column_stack([rows[:, 0], rows[:, 3], rows[:, 1] >> 4]).astype(np.int32))


def look_at_streets(world: World, looks: Looks, n_offences: Rows) -> None:
    """Copy what an hour's end shows of the streets.

    Parameters
    ----------
    n_offences
        (n_segments,) offences of the last `CRIME_DAYS` days
    """
    state = world.state
    presence = (state.crowds["n_street"] + state.crowds["n_visiting"]).astype(np.float64)
    fear, satisfied = _felt(state)
    looks.surfaces = {
        "presence": _scaled(presence, "presence"), "police": _scaled(state.segments["police_day_min"], "police"),
        "crime": _scaled(n_offences, "crime"), "fear": fear, "satisfied": satisfied,
    }  # fmt: skip
    looks.role = state.officers["role"].astype(np.uint8)


def pack_strip(about: Mapping[str, Any], looks: Looks, events: Mapping[str, Any], keys: Rows, walkers: int) -> bytes:
    """Lay a strip out as docs/page-protocol.md says.

    Parameters
    ----------
    about
        `id`, `side`, `hour`, `tick_min` and whatever else the head tells
    keys
        (n_residents,) identities: who is followed is drawn by them, so that it is the same person in every hour
    walkers
        residents who are followed at most
    """
    who, where, on_foot = _followed(looks.travellers, keys, walkers)
    n_ticks, n_officers = len(looks.segment), len(looks.role)
    head = dict(about) | {
        "n_ticks": n_ticks, "n_officers": n_officers, "n_walkers": len(who), "kinds": list(ROLES),
        "activities": list(ACTIVITIES), "scales": SCALES, "events": events,
    }  # fmt: skip
    if about["hour"] == 0:
        head["roles"] = looks.role.tolist()
    arrays = [
        np.stack(looks.segment).astype("<i4"), np.stack(looks.along), np.stack(looks.activity).astype(np.uint8),
        looks.role, who.astype("<u4"), where.astype("<i4"), np.full(where.shape, MIDDLE, np.uint8),
        *(looks.surfaces[name] for name in SCALES), on_foot,
    ]  # fmt: skip
    return pack(head, arrays)


def events_of(calls: Rows, offences: Rows, state: State, hour: int) -> dict[str, list[dict[str, Any]]]:
    """List the calls that were open at some time of an hour, and the offences of the day up to its end.

    Parameters
    ----------
    calls, offences
        rows of the ledger: calls that were closed since the hour began or before, and offences of the day so far
    state
        of the world at a later time: calls that are still open stand there
    """
    begin, end = 60.0 * hour, 60.0 * (hour + 1)
    listed = []
    for row in calls[(calls["t_call"] < end) & (calls["t_closed"] >= begin)]:
        arrived = float(row["t_arrived"])
        listed.append(_call(row, None if np.isnan(arrived) else arrived, float(row["t_closed"])))
    open_ones = state.calls[state.calls["state"] > CALL_PENDING]
    for row in open_ones[(open_ones["t_call"] < end) & (open_ones["state"] != CALL_FREE)]:
        arrived = float(row["t_arrived"])
        listed.append(_call(row, arrived if 0.0 < arrived < NEVER else None, None))
    listed.sort(key=lambda one: (one["minute"], one["row"]))
    chosen = offences[offences["t"] < end]
    crimes = [
        {"row": str(row["cause"]), "segment": int(row["segment"]), "minute": round(float(row["t"]), 1),
         "type": CRIMES[row["type"]], "told": bool(row["reported"] or row["discovered"])}
        for row in chosen
    ]  # fmt: skip
    return {"calls": listed, "offences": sorted(crimes, key=lambda one: (one["minute"], one["row"]))}


def _call(row: Any, answered: float | None, ended: float | None) -> dict[str, Any]:  # noqa: ANN401 - a row of a table
    return {
        "row": str(row["cause"]), "segment": int(row["segment"]), "minute": round(float(row["t_call"]), 1),
        "priority": int(row["priority"]), "type": CALLS[row["kind"]],
        "answered": None if answered is None else round(answered, 1),
        "ended": None if ended is None else round(ended, 1),
    }  # fmt: skip


def _along(officers: Rows, segments: Rows, now: float) -> NDArray[np.uint8]:
    """Tell how far along its segment each officer is: on the way by the time that the segment takes, else the middle.

    An officer on the way has been at the near junction at `since` and will be at `junction` at `until`.
    """
    along = np.full(len(officers), float(MIDDLE))
    takes = officers["until"] - officers["since"]
    mine = np.isin(officers["activity"], MOVING) & (officers["segment"] >= 0) & (takes > 0.0) & (takes < 240.0)
    rows = np.flatnonzero(mine)
    done = np.clip((now - officers["since"][rows]) / takes[rows], 0.0, 1.0)
    street = segments[officers["segment"][rows]]
    forward = officers["junction"][rows] == street["junction_b"]
    known = forward | (officers["junction"][rows] == street["junction_a"])
    along[rows[known]] = 255.0 * np.where(forward, done, 1.0 - done)[known]
    return np.round(along).astype(np.uint8)


def _followed(travellers: list[Rows], keys: Rows, most: int) -> tuple[Rows, Rows, Rows]:
    """Choose who is followed, and give where they were at each tick, and whether they went on foot."""
    there = np.concatenate(travellers) if travellers else np.zeros((0, 3), np.int32)
    who = np.unique(there[:, 0])
    if len(who) > most:
        who = np.sort(who[np.argsort(keys[who], kind="stable")[:most]])
    where = np.full((len(travellers), len(who)), NONE, np.int32)
    on_foot = np.zeros(len(who), np.uint8)
    for tick, rows in enumerate(travellers):
        at = np.searchsorted(who, rows[:, 0])
        mine = (
            (at < len(who)) & (who[np.minimum(at, len(who) - 1)] == rows[:, 0])
            if len(who)
            else np.zeros(len(rows), bool)
        )
        where[tick, at[mine]] = rows[mine, 1]
        on_foot[at[mine]] = rows[mine, 2]
    return who, where, on_foot


def _felt(state: State) -> tuple[Rows, Rows]:
    """Give the mean fear and the share satisfied of the adults who live in each segment."""
    n = int(state.c["n_living"][0])
    people = state.residents[:n]
    here = (people["present"] == 1) & (people["age"] >= MIN_AGE) & (people["home"] >= 0)
    home, n_segments = people["home"][here], len(state.segments)
    number = np.bincount(home, minlength=n_segments)
    fear = np.bincount(home, 1.0 - people["security"][here], n_segments) / np.maximum(number, 1)
    satisfied = np.bincount(home, people["satisfaction"][here] >= AGREES_FROM, n_segments) / np.maximum(number, 1)
    return tuple(  # type: ignore[return-value]
        np.where(number > 0, np.round(254.0 * np.clip(one, 0.0, 1.0)), NOBODY).astype(np.uint8)
        for one in (fear, satisfied)
    )


def _scaled(values: Rows, name: str) -> NDArray[np.uint8]:
    low, high, _ = SCALES[name]
    share = np.log1p(np.asarray(values, np.float64) - low) / np.log1p(high - low)
    scaled: NDArray[np.uint8] = np.round(255.0 * np.clip(share, 0.0, 1.0)).astype(np.uint8)
    return scaled
