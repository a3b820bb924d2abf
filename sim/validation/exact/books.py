"""Nothing is lost and nothing comes from nowhere: the books of a busy town balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.events import CALLED, LEDGER
from sim.agents.tables import AWAY, BY_RESPONSE, CALL_FREE, DISPUTE, INVALID, NEVER, OFF, TRAFFIC
from sim.engine import run_shifts
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario
from sim.validation.exact.answer import Part
from sim.world import World, build_world

Rows = dict[str, NDArray[np.void]]
ROUNDING = 1e-9
"""Clocks pass a moment by a billionth of a minute where an activity ends in it: as a share of the sum."""
TOWN: dict[str, Any] = {
    "name": "busy",
    "city.streets": "grid",
    "city.n_segments": 200,
    "people.n_residents": 1500,
    "people.residents_per_agent": 1.0,
    "offending.share_offending": 0.15,
    "offending.searches_per_year": 1000.0,
    "migrants.mean_stay_days": 20.0,
    "disputes.disputes_per_household": 2.0,
    "disputes.dispute_events_per_month": 10.0,
    "demand.other_calls": 3000.0,
    "demand.traffic_caller_met": 1.0,
    "demand.noise_caller_met": 1.0,  # so that each arrival at a caller is a contact
    "reporting.p_downgraded": 0.2,
    "reporting.p_noticed_by_officer": 1.0,
    "reporting.in_view_min.disorder": 120.0,  # so that officers come upon some of it
    "dispatch.max_wait_h": 1.0,
    "force.n_districts": 4,
    "force.n_response": 7,
    "force.n_foot": 4,
    "force.n_community": 4,
    "force.n_detective": 4,
    "force.n_auxiliary": 2,
    "force.n_mediator": 2,
    "force.stops_per_hour": 2.0,
}
"""Much crime, many quarrels and few cars, so that calls wait, some in vain, and every kind of record is made."""
POLICY = "neighbourhood"
N_DAYS = (8, 60)
SEED = 3


@dataclass(frozen=True)
class Books:
    """Hold a run and what was counted beside its ledger."""

    world: World
    rows: Rows
    clocks: float
    """minutes on duty by the officers' own clocks"""
    n_missing: int
    """residents in the city less those on its streets, in homes and elsewhere, added up over all shifts"""


@cache
def keep_books(n_days: int, seed: int) -> Books:
    """Run the busy town, and read clocks and whereabouts after every shift."""
    town = Scenario().replace(TOWN | {"n_days": n_days})
    world = build_world(town, seed)
    parts: list[Rows] = []
    clocks: dict[tuple[float, int], float] = {}
    n_missing = 0
    for _, rows in run_shifts(world, make_policy(POLICY)):
        parts.append(rows)
        state = world.state
        for row in np.flatnonzero(state.officers["duty_end"] > 0.0).tolist():
            clocks[float(state.officers["duty_from"][row]), row] = float(state.officers["clock"][row])
        counted = sum(int(state.crowds[name].sum()) for name in ("n_home", "n_visiting", "n_street"))
        counted += int(state.segments["n_watch"].sum())
        n_missing += abs(int((state.where != AWAY).sum()) - counted)
    on_duty = sum(clock - begin for (begin, _), clock in clocks.items())
    joined = {name: np.concatenate([rows[name] for rows in parts]) for name in LEDGER}
    return Books(world, joined, on_duty, n_missing)


def compare_books(full: bool, *, lose: str = "") -> Sequence[Part]:
    """Compare what came in with what is there or went out.

    Parameters
    ----------
    lose
        a table of the ledger that loses its last row (of contacts, the last one of a caller: the others stand in no
        other book), or 'minute' and 'resident' for one of these
    """
    books = keep_books(N_DAYS[full], SEED)
    rows = dict(books.rows)
    if lose in rows:
        callers = rows["contacts"]["kind"] == BY_RESPONSE
        last = np.flatnonzero(callers)[-1] if lose == "contacts" else len(rows[lose]) - 1
        rows[lose] = np.delete(rows[lose], last)
    if lose == "minute":
        rows["days"] = rows["days"].copy()
        rows["days"]["officer_min"][0, np.flatnonzero(rows["days"]["officer_min"][0])[0]] -= 1.0
    if lose == "resident":
        books = replace(books, n_missing=books.n_missing + 1)
    return [
        *_minutes(books, rows),
        *_events(books, rows),
        *_calls(books, rows),
        _equal("residents in the city less those counted somewhere", 0, books.n_missing),
    ]


def _minutes(books: Books, rows: Rows) -> list[Part]:
    days, officers = rows["days"], books.world.state.officers
    booked = float(days["officer_min"].sum()) + float(officers["minutes"].sum())
    paid = float(days["duty_min"].sum())
    return [
        Part(
            "officer minutes by activity = minutes on duty by the clocks", books.clocks, booked, ROUNDING * books.clocks
        ),
        Part("minutes paid by role = minutes by activity", paid, float(days["officer_min"].sum()), ROUNDING * paid),
        _equal("minutes booked to being off duty", 0, float(days["officer_min"][:, OFF].sum())),
    ]


def _events(books: Books, rows: Rows) -> list[Part]:
    days, offences, incidents = rows["days"], rows["offences"], rows["incidents"]
    causes = set(offences["cause"].tolist())
    return [
        _equal("offences = those in the daily panel", len(offences), days["n_offences"].sum()),
        _equal("offences = those in the panel of streets", len(offences), rows["segments"]["n_offences"].sum()),
        _equal("records = those in the daily panel", len(incidents), days["n_recorded"].sum()),
        _equal("arrests = those in the daily panel", len(rows["arrests"]), days["n_arrests"].sum()),
        _equal("records without an offence", 0, len(set(incidents["cause"].tolist()) - causes)),
        _equal("arrests without an offence", 0, len(set(rows["arrests"]["cause"].tolist()) - causes)),
        _equal("offences with two records", 0, len(incidents) - len(np.unique(incidents["cause"]))),
    ]


def _calls(books: Books, rows: Rows) -> list[Part]:
    calls, state = rows["calls"], books.world.state
    still_open = state.calls[state.calls["state"] != CALL_FREE]
    both = {
        name: np.r_[calls[name], still_open[name]] for name in ("kind", "cause", "discovered")
    }  # fmt: skip
    of_crime = both["kind"] < TRAFFIC
    offences = rows["offences"]
    told = (offences["reported"] == 1) | (offences["discovered"] == 1)
    own = (both["discovered"] == 1) & of_crime
    come_upon = own & np.isin(both["cause"], offences["cause"][~told])  # what went on when an officer came by
    answered = calls["answered"] == 1
    invalid = calls["kind"] == INVALID
    in_vain = np.isnan(calls["t_arrived"]) & ~invalid
    contacts = rows["contacts"]
    with_caller = int((answered & (calls["caller"] >= 0)).sum())
    with_caller += int(((still_open["t_arrived"] < NEVER) & (still_open["caller"] >= 0)).sum())
    return [
        _equal("calls closed = those in the daily panel", len(calls), rows["days"]["n_calls"].sum()),
        _equal(
            "offences told or seen being done = calls about them, closed or open",
            told.sum(),
            (of_crime & ~come_upon).sum(),
        ),
        _equal(
            "finds of officers without an offence that nobody had told of",
            0,
            own.sum() - come_upon.sum() - (offences["discovered"] == 1).sum(),
        ),
        _equal(
            "quarrels told = calls about them, closed or open",
            (rows["disputes"]["what"] == CALLED).sum(),
            (both["kind"] == DISPUTE).sum(),
        ),
        _equal(
            "calls closed = answered + invalid + in vain",
            len(calls),
            answered.sum() + invalid.sum() + in_vain.sum(),
        ),
        _equal("calls with two rows", 0, len(both["cause"]) - len(np.unique(both["cause"]))),
        _equal("contacts with callers = arrivals at callers", with_caller, (contacts["kind"] == BY_RESPONSE).sum()),
        _equal("calls lost for want of room", 0, int(state.c["n_calls_lost"][0])),
        _equal("units at the open calls = officers at one", int(still_open["n_busy"].sum()), _officers_at_calls(books)),
    ]


def _officers_at_calls(books: Books) -> int:
    officers = books.world.state.officers
    return int(((officers["call"] >= 0) & (officers["on_duty"] == 1)).sum())


def _equal(what: str, theory: float, ours: float) -> Part:
    return Part(what, float(theory), float(ours), 0.0)
