"""Who is followed through a day: somebody by number, or by lot among those of a role or kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import COURT, OFF, RESPONSE, ROLES, TRAINING
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.report.day.watch import WatchedDay
from sim.roles import OLD_AGE

Ints = NDArray[np.int64]
DAY_SHIFT_MIN, LATEST_MIN = 480.0, 630.0
"""Who begins between eight and half past ten is of the day shift."""
GROWN_UP, YOUNG_UNTIL = 18, 25

BY_WHO_THEY_ARE = ("adult", "young", "old", "tenant", "owner", "migrant", "local", "volunteer")
BY_WHAT_HAPPENED = ("visited", "stopped", "checked", "mediated", "met", "caller", "victim", "quarrelling")
KINDS = (*BY_WHO_THEY_ARE, *BY_WHAT_HAPPENED)
"""What `--resident` takes for a number: grown-ups alone, as they are, or by what happened to them on the day."""
MET = "met"
"""What `--officer` takes for the one whom the resident met, so that both sides of a contact are seen."""
CONTACT_OF = {
    "visited": ("visit",), "stopped": ("stop",), "checked": ("check",), "mediated": ("mediation",),
    "met": ("stop", "check", "visit", "mediation", "meeting", "response"),
}  # fmt: skip


def check_choice(officer: str | None, resident: str) -> None:
    """Refuse what is neither a number nor a role or kind, before anything is run.

    Raises
    ------
    InputError
        If it is neither.
    """
    known = (*ROLES, MET)
    if officer is not None and not officer.isdecimal() and officer not in known:
        raise InputError(
            f"--officer must be a number or one of {', '.join(known)}, got {officer!r}{did_you_mean(officer, known)}"
        )
    if not resident.isdecimal() and resident not in KINDS:
        raise InputError(
            f"--resident must be a number or one of {', '.join(KINDS)}, got {resident!r}{did_you_mean(resident, KINDS)}"
        )


def choose_officer(watched: WatchedDay, wanted: str | None, resident: int | None = None) -> int:
    """Choose an officer by number, or by lot among those of a role.

    Without a role it is the one to which the strategy gave most orders that name a place, response where it gave none.
    Of a role those of the day shift come first, and of these those with such an order: they do what the strategy is
    about.

    Parameters
    ----------
    wanted
        a number, a role, or 'met' for whom the resident first met on the day
    resident
        whose contacts are looked at for that

    Raises
    ------
    InputError
        If there is no such officer, or nobody of the role was on duty.
    """
    activity, officers = watched.looks.activity, watched.world.state.officers
    on_duty = (activity != OFF).any(axis=0)
    if wanted is not None and wanted.isdecimal():
        row = int(wanted)
        if row >= len(officers):
            raise InputError(f"--officer must be a role or a number below {len(officers)}, got {row}")
        if not on_duty[row]:
            raise InputError(
                f"--officer: officer {row} was not on duty on day {watched.day}; choose another one, or a role"
            )
        return row
    if wanted == MET:
        return _whom_they_met(watched, resident)
    role = _busiest_role(watched) if wanted is None else ROLES.index(wanted)
    there = np.flatnonzero(on_duty & (officers["role"] == role))
    if len(there) == 0:
        raise InputError(
            f"--officer: nobody of the role {ROLES[role]!r} was on duty on day {watched.day}; choose another role"
        )
    free = _out_of_office(watched, there)
    ordered = np.intersect1d(free, _aimed_orders(watched)["officer"])
    return _by_lot(ordered if len(ordered) else free, officers["key"])


def _whom_they_met(watched: WatchedDay, resident: int | None) -> int:
    contacts = _within(watched, "contacts", "t")
    key = 0 if resident is None else watched.world.state.residents["key"][resident]
    mine = contacts[(contacts["resident_key"] == key) & (contacts["met"] > 0)]
    if mine.empty:
        raise InputError(
            f"--officer met: resident {resident} met nobody on day {watched.day}; choose another resident, or a role"
        )
    return int(mine.sort_values("t")["officer"].iloc[0])


def choose_resident(watched: WatchedDay, wanted: str) -> int:
    """Choose a resident by number, or by lot among the grown-ups of a kind.

    Raises
    ------
    InputError
        If there is no such resident, or nobody of the kind.
    """
    state = watched.world.state
    people = state.residents[: int(state.c["n_living"][0])]
    if wanted.isdecimal():
        row = int(wanted)
        if row >= len(people):
            raise InputError(f"--resident must be a kind or a number below {len(people)}, got {row}")
        if people["present"][row] != 1:
            raise InputError(
                f"--resident: nobody lives in room {row} on day {watched.day}; choose another number, or a kind"
            )
        return row
    chosen = (people["present"] == 1) & (people["age"] >= GROWN_UP)
    chosen &= _of_kind(watched, wanted, len(people))
    if not chosen.any():
        raise InputError(
            f"--resident: there is nobody of the kind {wanted!r} on day {watched.day}; choose another kind"
        )
    return _by_lot(np.flatnonzero(chosen), people["key"])


def _of_kind(watched: WatchedDay, kind: str, n: int) -> NDArray[np.bool_]:
    people = watched.world.state.residents[:n]
    traits = {
        "adult": np.ones(n, bool), "young": people["age"] < YOUNG_UNTIL, "old": people["age"] >= OLD_AGE,
        "tenant": people["renting"] == 1, "owner": people["renting"] == 0, "migrant": people["migrant"] == 1,
        "local": people["migrant"] == 0, "volunteer": people["volunteer"] == 1,
    }  # fmt: skip
    if kind in traits:
        return np.asarray(traits[kind], bool)
    keys: set[int] = set()
    if kind in CONTACT_OF:
        contacts = _within(watched, "contacts", "t")
        contacts = contacts[contacts["kind"].isin(CONTACT_OF[kind]) & (contacts["met"] > 0)]
        keys = set(contacts["resident_key"])
    elif kind == "caller":
        keys = set(_within(watched, "calls", "t_call")["caller_key"])
    elif kind == "victim":
        keys = set(_within(watched, "offences", "t")["victim_key"])
    else:
        quarrels = _within(watched, "disputes", "t")
        keys = set(quarrels["resident_a_key"]) | set(quarrels["resident_b_key"])
    return np.isin(people["key"], np.array(sorted(keys - {0}), np.uint64))


def _within(watched: WatchedDay, table: str, column: str) -> pd.DataFrame:
    rows = watched.tables[table]
    t = rows[column] - watched.begin
    return rows[(t >= 0.0) & (t < 1440.0)]


def _aimed_orders(watched: WatchedDay) -> pd.DataFrame:
    orders = _within(watched, "orders", "t")
    return orders[orders["n_targets"] > 0]


def _busiest_role(watched: WatchedDay) -> int:
    aimed = _aimed_orders(watched)
    if aimed.empty:
        return RESPONSE
    role = watched.world.state.officers["role"][aimed["officer"].to_numpy()]
    return int(np.bincount(role, minlength=len(ROLES)).argmax())


def _out_of_office(watched: WatchedDay, rows: Ints) -> Ints:
    """Leave out who is in court or in a classroom, and other shifts than the day's, where others are left."""
    activity = watched.looks.activity[:, rows]
    first = np.argmax(activity != OFF, axis=0)
    begins = first * watched.looks.tick_min
    excused = np.isin(activity[first, np.arange(len(rows))], (COURT, TRAINING))
    by_day = (begins >= DAY_SHIFT_MIN) & (begins <= LATEST_MIN) & ~excused
    for wanted in (by_day, ~excused):
        if wanted.any():
            return np.asarray(rows[wanted], np.int64)
    return rows


def _by_lot(rows: Ints, keys: NDArray[np.uint64]) -> int:
    """Take the one with the smallest key: keys are drawn, so that this is a lot that the seed decides."""
    return int(rows[np.argmin(keys[rows])])
