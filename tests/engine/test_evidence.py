"""What is known of an offence fades while people wait for the police, and decides whether it is cleared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import scenario

from sim.agents.calls import new_call
from sim.agents.evidence import (
    DESCRIBED,
    NAMED,
    TRACED,
    WITNESSED,
    knows,
    leave_evidence,
    p_tells,
    secure_evidence,
    still_there,
)
from sim.agents.investigation import p_solve
from sim.agents.tables import AT_HOME, CALL_FREE, NONE, TRAVELLING
from sim.params import ASSAULT, BURGLARY, CRIMES, THEFT
from sim.world import build_world

KINDS = (BURGLARY, THEFT, ASSAULT)
FOR_GOOD = dict.fromkeys(
    ("investigation__witness_wait_min", "investigation__victim_wait_min", "investigation__traces_kept_min"), 1440.0
)
N_CAUSES = 300


def state_of(**changes: Any):
    """Make the tables of a town with one street full of people."""
    return build_world(scenario(**changes), 1).state


def secured_after(w, waited: float) -> list[tuple[int, int]]:
    """Let many offences happen to neighbours and come to the scene after some minutes: kind and what is secured."""
    w.c["n_pending"] = 0
    found = []
    for cause in range(1, N_CAUSES + 1):
        kind, victim, offender = KINDS[cause % 3], cause, 700 + cause
        row = new_call(w, kind, 2, cause, int(w.residents["home"][victim]), victim, 0.0, 1.0, offender, NONE, False)
        leave_evidence(w, row, offender, victim, False, True)
        found.append((kind, secure_evidence(w, row, waited)))
        w.calls["state"][row] = CALL_FREE
        w.c["n_pending"] = 0
    return found


def share_solved(w, waited: float) -> float:
    """Return the share of these that detectives would solve."""
    return float(np.mean([p_solve(w, kind, secured, 0) for kind, secured in secured_after(w, waited)]))


def test_who_sleeps_sees_nothing():
    w = state_of(investigation__seen_from_inside=1.0, investigation__p_told=1.0)
    w.where[:] = AT_HOME
    w.c["n_travellers"] = 0
    w.crowds["n_visiting"] = 0
    seen = {}
    for hour in (3, 20):
        w.c["n_pending"] = 0
        n = 0
        for cause in range(1, 101):
            home = int(w.residents["home"][cause])
            row = new_call(w, ASSAULT, 2, cause, home, cause, 60.0 * hour, 60.0 * hour + 1.0, 700, NONE, False)
            leave_evidence(w, row, 700, cause, False, True)
            n += int(w.calls["n_witnesses"][row])
            w.calls["state"][row] = CALL_FREE
            w.c["n_pending"] = 0
        seen[hour] = n
    assert 0 < seen[3] < 0.5 * seen[20]


def test_people_wait_and_half_are_gone_at_the_median():
    w = state_of(investigation__wait_spread=0.5)
    assert still_there(w, 0.0, 15.0) == 1.0
    assert still_there(w, 15.0, 15.0) == pytest.approx(0.5)
    shares = [still_there(w, minutes, 15.0) for minutes in (1.0, 5.0, 10.0, 20.0, 40.0, 200.0)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.99
    assert shares[-1] < 0.01
    abrupt = state_of(investigation__wait_spread=0.0)
    assert [still_there(abrupt, minutes, 15.0) for minutes in (14.0, 16.0)] == [1.0, 0.0]


def test_a_slow_response_clears_less_and_all_the_same_where_nothing_fades():
    w = state_of()
    at_once, soon, late, never = (share_solved(w, waited) for waited in (0.0, 10.0, 40.0, 1000.0))
    assert at_once > soon > late + 0.02 > never
    assert never == pytest.approx(float(w.p["p_solved_without"][0]))
    kept = state_of(**FOR_GOOD)
    assert share_solved(kept, 40.0) == pytest.approx(share_solved(kept, 0.0))


def test_what_is_gone_does_not_come_back():
    w = state_of()
    early, late = (dict(enumerate(secured_after(w, waited))) for waited in (3.0, 30.0))
    assert all(late[cause][1] & ~early[cause][1] == 0 for cause in early)


def test_each_kind_of_evidence_helps_and_names_help_most():
    w = state_of()
    nothing, traces, word, name = (p_solve(w, THEFT, kind, 0) for kind in (0, TRACED, WITNESSED, NAMED))
    assert nothing < traces < word < name
    assert p_solve(w, THEFT, WITNESSED | NAMED, 0) > name


def test_who_trusts_the_police_or_knows_them_tells_more_unless_that_is_cut():
    def tells(**changes: Any) -> list[float]:
        w = state_of(**changes)
        w.residents["trust"][:3], w.residents["familiarity"][:3] = (0.1, 0.9, 0.9), (0.0, 0.0, 1.0)
        return [p_tells(w, person) for person in range(3)]

    wary, trusting, familiar = tells()
    assert wary < trusting < familiar
    cut = tells(investigation__trust_on_telling=0.0, investigation__familiarity_on_telling=0.0)
    assert cut == pytest.approx([0.5] * 3)


def test_neighbours_know_each_other_and_a_quarrel_names_the_offender():
    w = state_of(investigation__p_named=1.0, investigation__p_victim_saw=dict.fromkeys(CRIMES, 1.0))
    home = w.residents["home"]
    victim = 0
    neighbour = int(np.flatnonzero(home == home[victim])[-1])
    places = w.rounds["place"][w.routines["round"]]
    strangers = [
        other
        for other in range(len(home))
        if places[other][0] != places[victim][0]
        and (places[other][1] != places[victim][1] or places[victim][1] == NONE)
        and not set(places[other][2:]) & set(places[victim][2:]) - {NONE}
    ]
    assert knows(w, victim, neighbour, NONE)
    assert not knows(w, victim, strangers[0], NONE)
    assert knows(w, victim, strangers[0], 0)
    for offender, dispute, named in ((neighbour, NONE, True), (strangers[0], NONE, False), (strangers[0], 0, True)):
        row = new_call(w, ASSAULT, 1, 5, int(home[victim]), victim, 0.0, 1.0, offender, dispute, False)
        leave_evidence(w, row, offender, victim, False, True)
        assert bool(w.calls["evidence"][row] & NAMED) == named
        assert w.calls["evidence"][row] & DESCRIBED


def n_witnesses(in_view: bool, *, out: int, inside: int) -> int:
    """Count who saw an offence in a street with people on the way in it and people awake at home."""
    w = state_of(investigation__p_told=1.0, investigation__seen_from_inside=1.0,
                 investigation__p_seen=dict.fromkeys(CRIMES, 1.0))  # fmt: skip
    victim = 0
    street = int(w.residents["home"][victim])
    at_home = np.flatnonzero(w.residents["home"] == street)[1 : 1 + inside]
    w.where[:] = TRAVELLING
    w.where[at_home] = AT_HOME
    w.crowds["n_visiting"] = 0
    w.c["n_travellers"] = out
    w.travellers[:out, 0], w.travellers[:out, 3] = np.arange(900, 900 + out), street
    row = new_call(w, ASSAULT, 1, 5, street, victim, 720.0, 721.0, 1400, NONE, False)
    leave_evidence(w, row, 1400, victim, False, in_view)
    return int(w.calls["n_witnesses"][row])


def test_out_of_view_nobody_in_the_street_is_a_witness():
    assert n_witnesses(True, out=6, inside=0) == 6
    assert n_witnesses(False, out=6, inside=0) == 0
    assert n_witnesses(False, out=6, inside=2) == n_witnesses(True, out=0, inside=2) > 0
