"""Searches and goods can be seen in the street; stops on cause find them, stops on suspicion find whoever is out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from worlds import Ledger, play, scenario

from sim.agents.conspicuous import CARRIES, SEARCHES, begin_search, carry_home, next_search_end, seen_at
from sim.agents.offenders import perceived_risk
from sim.agents.presence import enter_segment
from sim.agents.stops import look_for_cause, p_notice, take_occasion
from sim.agents.tables import BY_STOP, NEVER, NONE, PATROL, STOP
from sim.params import BURGLARY, THEFT
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.world import build_world

SURE = {"force__p_notice_search": 1.0, "force__p_notice_goods": 1.0, "force__p_hit_cause": 1.0}
OFFICER, OFFENDER, PLACE, CAUSE, NOON = 0, 3, 17, 99, 720.0


def watched_street(alert: int = 1, **changes: Any):
    """Make the tables of a town in which one officer patrols one street at noon of the first day."""
    w = build_world(scenario(**SURE | changes), 1).state
    who = w.officers[OFFICER : OFFICER + 1]
    who["on_duty"], who["activity"], who["clock"], who["alert"] = 1, PATROL, NOON, alert
    enter_segment(w, OFFICER, PLACE, NOON)
    return w


def stops_of(w) -> np.ndarray:
    """List the contacts so far."""
    return w.out.contacts[: w.out.n[0]["contacts"]]


def test_a_search_takes_time_in_the_street_and_ends():
    w = watched_street()
    assert begin_search(w, OFFENDER, 0, BURGLARY, CAUSE, PLACE, NOON, 0, 0, 0)
    end = next_search_end(w)
    assert NOON < end <= NOON + 60.0
    assert [seen_at(w, 0, t) for t in (NOON - 1.0, NOON, end - 0.01, end)] == [NONE, PLACE, PLACE, NONE]
    at_once = watched_street(offending__search_min={"burglary": 0.0})
    assert not begin_search(at_once, OFFENDER, 0, BURGLARY, CAUSE, PLACE, NOON, 0, 0, 0)
    assert next_search_end(at_once) == NEVER


def test_who_is_stopped_while_searching_gives_it_up_and_perceives_a_risk():
    w = watched_street()
    begin_search(w, OFFENDER, 0, BURGLARY, CAUSE, PLACE, NOON, 0, 0, 0)
    before = perceived_risk(w, OFFENDER, NOON)
    look_for_cause(w, OFFICER, NOON)
    (stop,) = stops_of(w)
    assert (stop["kind"], stop["suspicion"], stop["resident"]) == (BY_STOP, 0, w.offenders["resident"][OFFENDER])
    assert next_search_end(w) == NEVER
    assert perceived_risk(w, OFFENDER, NOON) > before
    assert w.officers["activity"][OFFICER] == STOP
    assert not w.officers["alert"][OFFICER]


@pytest.mark.parametrize(
    ("alert", "changes"),
    [(0, {}), (1, {"force__p_notice_search": 0.0})],
    ids=["no occasion", "nobody notices"],
)
def test_it_goes_on_where_nobody_looks_or_notices(alert, changes):
    w = watched_street(alert, **changes)
    begin_search(w, OFFENDER, 0, BURGLARY, CAUSE, PLACE, NOON, 0, 0, 0)
    look_for_cause(w, OFFICER, NOON)
    assert len(stops_of(w)) == 0
    assert next_search_end(w) < NEVER


def test_some_officers_notice_more_than_others():
    w = watched_street(force__p_notice_search=0.3)
    w.officers["eye"][:3] = 0.5, 1.0, 2.0
    chances = [p_notice(w, officer, SEARCHES) for officer in range(3)]
    assert chances == pytest.approx([1.0 - 0.7**0.5, 0.3, 1.0 - 0.7**2], abs=1e-6)
    alike = build_world(scenario(force__eye_spread=0.0), 1).state
    assert set(alike.officers["eye"].tolist()) == {1.0}


def test_goods_are_carried_toward_home_and_give_the_offender_away():
    w = watched_street()
    resident = w.offenders["resident"][OFFENDER]
    carry_home(w, OFFENDER, THEFT, CAUSE, PLACE, NOON)
    row = w.conspicuous[0]
    assert row["doing"] == CARRIES
    way = row["way"][: row["n_steps"]]
    assert way[0] == PLACE
    home = w.segments["junction_a"][w.residents["home"][resident]]
    ends = w.segments["junction_a"][way]
    gaps = np.hypot(w.walk.x[ends] - w.walk.x[home], w.walk.y[ends] - w.walk.y[home])
    assert (np.diff(gaps) < 0).all()
    look_for_cause(w, OFFICER, NOON)
    arrests = w.out.arrests[: w.out.n[0]["arrests"]]
    assert arrests["cause"].tolist() == [CAUSE]
    assert stops_of(w)["found"].tolist() == [1]
    assert w.c["n_conspicuous"][0] == 0


def test_who_is_wanted_is_recognised_in_the_street():
    w = watched_street(force__p_recognised=1.0, force__p_wanted_found=1.0, force__p_suspicion=0.0)
    resident = w.offenders["resident"][OFFENDER]
    w.offenders["wanted"][OFFENDER], w.offenders["wanted_type"][OFFENDER] = 7, THEFT
    w.travellers[0] = resident, 0, 0, PLACE, 3, PLACE
    w.c["n_travellers"] = w.crowds["n_street"][PLACE] = 1
    take_occasion(w, OFFICER, NOON)
    arrests = w.out.arrests[: w.out.n[0]["arrests"]]
    assert arrests["cause"].tolist() == [7]
    assert w.offenders["wanted"][OFFENDER] == 0


def test_a_stop_on_suspicion_falls_on_anybody_who_is_out():
    w = watched_street(force__p_suspicion=1.0)
    others = [resident for resident in range(400) if w.residents["offender"][resident] == NONE][:3]
    for i, resident in enumerate(others):
        w.travellers[i] = resident, 0, 0, PLACE, 3, PLACE
    w.c["n_travellers"] = w.crowds["n_street"][PLACE] = 3
    guilty = 0
    for number in range(400):
        w.c["n_conspicuous"] = 0
        begin_search(w, OFFENDER, 0, BURGLARY, CAUSE, PLACE, NOON, 0, 0, 0)
        w.officers["n_stops"][OFFICER], w.officers["activity"][OFFICER] = number, PATROL
        take_occasion(w, OFFICER, NOON)
        guilty += w.c["n_conspicuous"][0] == 0
    assert guilty == pytest.approx(100, abs=30)


class Stopping(PolicyModel):
    """Let everybody patrol at random and make stops at a rate, on cause or on suspicion."""

    name = "stopping"
    an_hour: float = 0.0
    suspected: float = 0.0

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order all on duty the same."""
        rate = {"stops_per_hour": self.an_hour, "p_suspicion": self.suspected}
        return Orders(tuple(Task(o, "patrol", **rate) for o in seen.on_duty.tolist()))


BLIND = {"deterrence__p_deter_present": 0.0, "deterrence__residue_max": 0.0, "deterrence__risk_per_sighting": 0.0}
BUSY: dict[str, Any] = {
    "n_days": 30,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "offending__search_min": {"burglary": 15.0, "robbery": 15.0, "theft": 15.0},
    "disputes__disputes_per_household": 0.0,
    "investigation__p_charged": 0.0,
    "force__stops_per_hour": 0.0,
    "demand__other_calls": 0.0,
}


def stopped(an_hour: float, suspected: float, **changes: Any) -> Ledger:
    """Run a town in which police deter nobody by being there, so that stops alone can lower crime."""
    return play(scenario(**BUSY | BLIND | changes), Stopping(an_hour=an_hour, suspected=suspected))


def test_stops_on_cause_lower_crime_and_stops_on_suspicion_do_not_unless_nothing_is_noticed():
    none, cause, suspicion = (stopped(*rates) for rates in ((0.0, 0.0), (3.0, 0.0), (3.0, 1.0)))
    n_none, n_cause, n_suspicion = (len(ledger["offences"]) for ledger in (none, cause, suspicion))
    assert n_none > 300
    assert n_cause < 0.93 * n_none
    assert abs(n_suspicion - n_none) < 0.5 * (n_none - n_cause)
    hits = {name: ledger["contacts"] for name, ledger in (("cause", cause), ("suspicion", suspicion))}
    rates = {name: rows["found"][rows["kind"] == BY_STOP].mean() for name, rows in hits.items()}
    assert rates["cause"] > 5 * rates["suspicion"]
    blind = {"force__p_notice_search": 0.0, "force__p_notice_goods": 0.0, "force__p_recognised": 0.0}
    cut = stopped(3.0, 0.0, **blind)
    np.testing.assert_array_equal(cut["offences"]["t"], none["offences"]["t"])
