"""The account of officer-minutes: who started which shift, how long each stayed, and what was paid and booked."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.agents.events import LEDGER
from sim.agents.tables import N_ROLES, OFF
from sim.clock import SHIFT_MIN
from sim.engine import run_shifts
from sim.policies.protocol import PolicyModel
from sim.world import World

Ledger = dict[str, NDArray[Any]]


class Account(NamedTuple):
    """Hold who started which shift, and how long each stayed beyond it, by the officers' own clocks."""

    ledger: Ledger
    started: set[tuple[float, int]]
    """end of the shift, key of the officer"""
    overtime: np.ndarray
    """minutes by role"""
    n_started: np.ndarray
    """shifts by role"""
    hired: set[int]
    """keys of the staff that the strategy hired"""


def account(world: World, policy: PolicyModel) -> Account:
    """Run a world to its end and read its officers' clocks after every shift."""
    clocks: dict[tuple[float, int], float] = {}
    parts = []
    for _, rows in run_shifts(world, policy):
        parts.append(rows)
        officers = world.state.officers
        for row in np.flatnonzero(officers["duty_end"] > 0.0).tolist():
            clocks[float(officers["duty_end"][row]), row] = float(officers["clock"][row])
    officers = world.state.officers
    overtime, n_started = np.zeros(N_ROLES), np.zeros(N_ROLES, int)
    for (end, row), clock in clocks.items():
        overtime[officers["role"][row]] += max(0.0, clock - end)
        n_started[officers["role"][row]] += 1
    started = {(end, int(officers["key"][row])) for end, row in clocks}
    ledger = {name: np.concatenate([rows[name] for rows in parts]) for name in LEDGER}
    return Account(ledger, started, overtime, n_started, set(officers["key"][officers["hired"] == 1].tolist()))


def check_account(found: Account) -> None:
    """Hold paid minutes to those of the shifts and the overtime, and all of them to be booked."""
    days = found.ledger["days"]
    paid = days["duty_min"].sum(axis=0)
    assert paid == pytest.approx(SHIFT_MIN * found.n_started + found.overtime, rel=1e-9)
    # The ledger keeps activities of the whole force together: day by day they are what was paid.
    assert days["duty_min"].sum(axis=1) == pytest.approx(days["officer_min"].sum(axis=1), rel=1e-9)
    assert days["officer_min"][:, OFF].sum() == 0.0


def check_orders(found: Account) -> None:
    """Hold orders to share out the shift of each officer, and no minute more."""
    given: dict[tuple[float, int], float] = defaultdict(float)
    for row in found.ledger["orders"]:
        given[float(row["t"]), int(row["officer"])] += float(row["end"] - row["start"])
        assert row["t"] <= row["start"] < row["end"] <= row["t"] + SHIFT_MIN
    assert len(given) == len(found.started)
    assert list(given.values()) == pytest.approx([SHIFT_MIN] * len(given), abs=1e-6)
