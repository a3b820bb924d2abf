"""Runs that are looked at after every shift: what the invariants are checked on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from worlds import Busy, Ledger, scenario

from sim.agents.events import LEDGER
from sim.agents.state import State
from sim.agents.tables import AT_LEISURE_B, AWAY, MEDIATOR, NONE, ON_FOOT, TRAVELLING
from sim.clock import SHIFT_MIN
from sim.engine import run_shifts
from sim.params import CRIMES
from sim.policies.hotspot import Hotspot
from sim.policies.protocol import PolicyModel
from sim.policies.reactive import Reactive
from sim.scenarios.scenario import Scenario
from sim.world import World, build_world

CROWDED = {
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 400.0,
    "reporting__p_downgraded": 0.2,
    "force__stops_per_hour": 5.0,
    "force__p_hit_cause": 1.0,
    "force__p_hit_suspicion": 1.0,
    "investigation__p_charged": 1.0,
    "investigation__p_caught_at_once": dict.fromkeys(CRIMES, 1.0),
    "investigation__scene_half_life_min": 60.0,
    "migrants__mean_stay_days": 20.0,
    "disputes__disputes_per_household": 5.0,
    "disputes__dispute_events_per_month": 30.0,
}
"""Much crime, and arrests in the street too, so that custody, discoveries and downgraded records all occur."""
GROWING = {
    "people__share_renting": 1.0,
    "migrants__share_of_residents": 0.5,
    "migrants__share_at_start": 0.3,
    "migrants__fill_years": 0.02,
}
"""Half of the people come within the first week."""
WORLDS: dict[str, tuple[Scenario, PolicyModel]] = {
    "grid": (scenario(**CROWDED), Busy()),
    "coarse": (scenario(**CROWDED, tick_min=60, n_days=20), Busy()),
    "organic": (scenario(**CROWDED, tick_min=1, city__streets="organic", n_days=6), Reactive(patrol_in="district")),
    "growing": (
        scenario(**CROWDED, **GROWING),
        Busy(),
    ),
    "overloaded": (scenario(**CROWDED, force__n_response=4, demand__other_calls=5000.0), Reactive()),
    "new_haven": (scenario(**CROWDED, city__streets="new_haven", n_days=4), Hotspot()),
    "coquimbo": (scenario(**CROWDED, city__streets="coquimbo", n_days=4), Busy()),
}


@dataclass
class Watched:
    """Hold a run and what was seen of it between the shifts."""

    world: World
    rows: list[Ledger] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """what did not hold, and after which shift"""
    spells: list[tuple[int, float, float]] = field(default_factory=list)
    """time on duty of an officer: row, begin, and the clock when it was last looked at"""
    booked: list[float] = field(default_factory=list)
    """officer-minutes in the ledger and the tables, after each shift"""
    on_duty: list[float] = field(default_factory=list)
    """officer-minutes by the officers' clocks, after each shift"""
    sizes: set[int] = field(default_factory=set)
    n_absent_offences: int = 0

    @property
    def ledger(self) -> Ledger:
        """Join the rows of all shifts."""
        return {name: np.concatenate([rows[name] for rows in self.rows]) for name in LEDGER}


@cache
def watch(name: str) -> Watched:
    """Run one of `WORLDS` and look at it after every shift."""
    return observe_run(*WORLDS[name])


def observe_run(what: Scenario, policy: PolicyModel) -> Watched:
    """Run a scenario and look at it after every shift."""
    seen = Watched(build_world(what, 3))
    state = seen.world.state
    n_officers = len(state.officers)
    away = state.where == AWAY
    for shift, rows in run_shifts(seen.world, policy):
        seen.rows.append(rows)
        for what_failed in complaints(state):
            seen.complaints.append(f"after shift {shift}: {what_failed}")
        _book(seen)
        seen.sizes.add(sum(a.nbytes for _, a in state.items() if isinstance(a, np.ndarray)))
        if len(state.officers) != n_officers:
            seen.complaints.append("officers came or went")
        still = away & (state.where == AWAY)
        if (shift - 1) % 3:  # people come back in the first shift of the day, and could leave again
            seen.n_absent_offences += int(still[rows["offences"]["resident"]].sum())
        away = state.where == AWAY
    return seen


def _book(seen: Watched) -> None:
    """Follow the time on duty: by the officers' own clocks, and by what is booked to activities."""
    officers = seen.world.state.officers
    known = {(row, begin) for row, begin, _ in seen.spells}
    now: dict[tuple[int, float], float] = {}
    for row in np.flatnonzero(officers["duty_end"] > 0):
        now[int(row), float(officers["duty_end"][row] - SHIFT_MIN)] = float(officers["clock"][row])
    seen.spells = [(row, begin, now.get((row, begin), clock)) for row, begin, clock in seen.spells]
    seen.spells += [(row, begin, clock) for (row, begin), clock in now.items() if (row, begin) not in known]
    seen.on_duty.append(sum(clock - begin for _, begin, clock in seen.spells))
    days = sum(float(rows["days"]["officer_min"].sum()) for rows in seen.rows)
    seen.booked.append(days + float(officers["minutes"].sum()))


def complaints(w: State) -> list[str]:
    """Recount everything that the state counts as it goes along, and say what differs."""
    found = [*_people(w), *_police(w), *_calls(w)]
    shares = [w.residents[name] for name in ("security", "satisfaction", "trust", "ties", "strain", "familiarity")]
    shares += [w.segments[name] for name in ("disorder", "hardening")]
    shares += [w.shunned["share"]]
    if not all(((share >= 0) & (share <= 1)).all() for share in shares):
        found.append("an attitude or another share leaves 0 to 1")
    return found


def _people(w: State) -> list[str]:
    where, place = w.where, w.rounds["place"][w.routines["round"]]
    n = len(w.segments)
    at_home = np.bincount(place[where == 0, 0], minlength=n)
    visiting = sum(np.bincount(place[where == k, k], minlength=n) for k in (1, 2, 3))
    out = np.bincount(place[where == AT_LEISURE_B, AT_LEISURE_B], minlength=n)
    travelling = w.travellers[: w.c["n_travellers"][0]]
    street = np.bincount(travelling[:, 3], minlength=n)
    foot = np.bincount(travelling[travelling[:, 1] >= ON_FOOT, 3], minlength=n)
    found = [
        f"{column} differs from a recount at {np.count_nonzero(w.crowds[column] != count)} segments"
        for column, count in (
            ("n_home", at_home),
            ("n_visiting", visiting),
            ("n_out", out),
            ("n_street", street),
            ("n_foot", foot),
        )
        if (w.crowds[column] != count).any()
    ]
    counted = int(sum(w.crowds[column].sum() for column in ("n_home", "n_visiting", "n_street")))
    present = int((where != AWAY).sum())
    if counted != present:
        found.append(f"{present} people are in the city, but {counted} are counted on its segments")
    if sorted(travelling[:, 0]) != np.flatnonzero(where == TRAVELLING).tolist():
        found.append("who travels is not who is on the list of travellers")
    return found


def _police(w: State) -> list[str]:
    officers = w.officers
    on_segment = officers["segment"][(officers["segment"] != NONE) & (officers["role"] < MEDIATOR)]
    found = []
    if (np.bincount(on_segment, minlength=len(w.segments)) != w.segments["n_police"]).any():
        found.append("n_police differs from a recount")
    if (officers["on_duty"][officers["segment"] != NONE] == 0).any():
        found.append("an officer off duty is in the street")
    late = np.abs(officers["clock"] - w.c["tick"][0] * w.p["tick_min"][0])[officers["on_duty"] == 1]
    if (late > 1e-6).any():
        found.append("an officer on duty has not acted up to now")
    return found


def _calls(w: State) -> list[str]:
    c, found = w.c[0], []
    queue, pending = w.queue[: c["n_queue"]], w.pending[: c["n_pending"]]
    for name, heap, keys in (("queue", queue, w.calls["rank"]), ("pending", pending, w.calls["t_ready"])):
        if not is_heap(keys[heap]):
            found.append(f"{name} is no heap")
    for state, rows in ((1, pending), (2, queue)):
        if sorted(rows) != np.flatnonzero(w.calls["state"] == state).tolist():
            found.append(f"calls in state {state} are not those in its heap")
    busy = Counter(w.officers["call"][(w.officers["call"] != NONE) & (w.officers["on_duty"] == 1)].tolist())
    sent = np.flatnonzero(w.calls["state"] == 3)
    if {int(row): int(w.calls["n_busy"][row]) for row in sent} != dict(busy):
        found.append("units at work on calls are not those that the calls count")
    if c["n_calls_lost"] != 0:
        found.append(f"{c['n_calls_lost']} calls lost")
    return found


def is_heap(keys: NDArray[Any]) -> bool:
    """Tell whether no key is less than that of its parent."""
    parent = (np.arange(1, len(keys)) - 1) // 2
    return bool((keys[1:] >= keys[parent]).all())
