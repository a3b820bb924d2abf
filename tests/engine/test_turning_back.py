"""What turns offenders back, what they make of it, and that each rule's fact is gone when the rule is cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_mechanisms import BLIND, LIVELY, NOBODY_ARRESTED, Guard, crimes, guarded
from worlds import Ledger, play, run, scenario

from sim.agents.avoidance import forget_places, keep_away, readiness, tell_of_police
from sim.agents.guardians import left_of_property, left_of_violence
from sim.agents.problem_places import has_known_cause, improve_place, improvements_wear_off
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.params import CRIMES, DISORDER
from sim.policies.reactive import Reactive
from sim.world import build_world

WATCHED = LIVELY | NOBODY_ARRESTED
TURNED_FOR_GOOD = {"offending__p_try_again": 0.0, "offending__p_later": 0.0}


def all_types(value: float) -> dict[str, float]:
    """Give every crime the same value."""
    return dict.fromkeys(CRIMES, value)


def turned(ledger: Ledger) -> int:
    """Count searches that met police."""
    return int(ledger["days"]["n_deterred"].sum())


def test_what_cannot_be_seen_from_the_street_is_not_deterred():
    unstopped = {"force__stops_per_hour": 0.0}  # a stop ends a search and is a risk, wherever it was to lead
    indoors = WATCHED | unstopped | {"offending__share_in_view": all_types(0.0)}
    usual, watched = (play(scenario(**indoors), policy) for policy in (Reactive(), Guard(targets=guarded())))
    assert crimes(usual) == crimes(watched)
    assert turned(watched) == 0
    outdoors = play(scenario(**WATCHED | {"offending__share_in_view": all_types(1.0)}), Guard(targets=guarded()))
    assert turned(outdoors) > 100
    half = play(scenario(**WATCHED), Guard(targets=guarded()))["offences"]
    assert 0.2 < half["in_view"][half["dispute"] == 0].mean() < 0.8


def later_than_searches(ledger: Ledger) -> int:
    """Count offences that were turned away before."""
    return int((ledger["offences"]["n_turned"] > 0).sum())


def test_a_search_that_was_put_off_comes_back_later_or_not():
    once = WATCHED | {"offending__p_try_again": 0.0, "offending__later_hours": 2.0}
    back, cut = (play(scenario(**once, offending__p_later=p), Guard(targets=guarded())) for p in (1.0, 0.0))
    assert later_than_searches(back) > 20
    assert later_than_searches(cut) == 0
    assert len(back["offences"]) > len(cut["offences"])


def known(w: State) -> tuple[int, int, int, int]:
    """Give an offender with two known streets that touch: offender, row, row of the street next to it, and street."""
    for offender, who in enumerate(w.offenders):
        rows = range(who["aware_start"], who["aware_start"] + who["aware_n"])
        place = {int(w.awareness["segment"][row]): row for row in rows}
        for segment, row in place.items():
            for other in w.neighbours[w.neighbours_start[segment] : w.neighbours_start[segment + 1]].tolist():
                if other in place and other != segment:
                    return offender, row, place[other], segment
    raise AssertionError


def test_who_turned_back_keeps_away_from_the_place_and_a_little_from_next_door_and_forgets():
    w = build_world(scenario(), 1).state
    offender, row, beside, segment = known(w)
    p = {name: float(w.p[name][0]) for name in ("shun_per_turn", "shun_next_door", "shun_half_life_days")}
    keep_away(w, offender, segment, 0.0)
    far = [r for r in range(len(w.awareness)) if w.shunned["share"][r] == 0.0]
    assert len(far) > 0.9 * len(w.awareness)
    assert readiness(w, offender, row, 0.0, True) == pytest.approx(1.0 - p["shun_per_turn"])
    assert readiness(w, offender, beside, 0.0, True) == pytest.approx(1.0 - p["shun_per_turn"] * p["shun_next_door"])
    assert readiness(w, offender, row, p["shun_half_life_days"] * DAY_MIN, True) == pytest.approx(
        1.0 - p["shun_per_turn"] / 2.0
    )
    keep_away(w, offender, segment, 0.0)
    assert readiness(w, offender, row, 0.0, True) == pytest.approx((1.0 - p["shun_per_turn"]) ** 2, rel=1e-5)
    forget_places(w, offender)
    assert readiness(w, offender, row, 0.0, True) == 1.0


def test_word_of_police_gets_around_and_fades_and_means_nothing_indoors():
    w = build_world(scenario(), 1).state
    offender, row, _, segment = known(w)
    for _ in range(200):
        w.segments["shown_min"][segment] = 600.0
        tell_of_police(w)
    assert w.segments["usual_min"][segment] == pytest.approx(600.0, rel=0.01)
    wary = readiness(w, offender, row, 0.0, True)
    assert 1.0 - float(w.p["heed"][0]) < wary < 0.95
    assert readiness(w, offender, row, 0.0, False) == 1.0
    for _ in range(14):
        tell_of_police(w)
    assert w.segments["usual_min"][segment] == pytest.approx(300.0, rel=0.05)
    w.p["heed"] = 0.0
    assert readiness(w, offender, row, 0.0, True) == 1.0


def test_what_offenders_met_moves_their_choice_for_days_unless_it_is_cut():
    lasting = WATCHED | TURNED_FOR_GOOD | {"deterrence__shun_half_life_days": 60.0, "deterrence__heed": 0.0}
    shares = [
        float(np.isin(play(scenario(**lasting, deterrence__shun_per_turn=by), Guard(targets=guarded()))["offences"]
                      ["segment"], guarded()).mean())
        for by in (0.9, 0.0)
    ]  # fmt: skip
    assert shares[0] < 0.85 * shares[1]


NO_REPEATS = {"repeat__boost": all_types(0.0), "offending__p_return": 0.0}


def hardened(where: slice | list[int], share: float, **changes: Any) -> np.ndarray:
    """Run a town in which a cut of opportunity stands at some streets, and count offences by street."""
    world = build_world(scenario(**LIVELY | NOBODY_ARRESTED | BLIND | NO_REPEATS | changes), 1)
    world.state.segments["hardening"][where] = share
    return np.bincount(run(world)["offences"]["segment"], minlength=200)


def test_offenders_who_find_nothing_give_up_in_part_and_do_not_all_go_elsewhere():
    even, stubborn = slice(0, None, 2), {"offending__p_try_again": 1.0, "deterrence__shun_per_turn": 0.0}
    forgetful = TURNED_FOR_GOOD | {"deterrence__shun_per_turn": 0.0}
    usual, cut = (hardened(even, share, **forgetful) for share in (0.0, 0.5))
    elsewhere = hardened(even, 0.5, **stubborn)
    assert cut[::2].sum() < 0.65 * usual[::2].sum()
    assert cut[1::2].sum() == pytest.approx(usual[1::2].sum(), rel=0.05)
    assert elsewhere[1::2].sum() > 1.15 * usual[1::2].sum()


def test_benefits_spill_over_to_next_door_where_offenders_remember():
    """Who failed at a place shuns the streets that touch it, too."""
    w = build_world(scenario(), 1).state
    places = list(guarded())
    ring = {int(o) for s in places for o in w.neighbours[w.neighbours_start[s] : w.neighbours_start[s + 1]]}
    ring -= set(places)
    lasting = TURNED_FOR_GOOD | {"deterrence__shun_half_life_days": 60.0, "deterrence__shun_per_turn": 0.9}
    near = [
        int(hardened(places, 1.0, **lasting, deterrence__shun_next_door=share)[sorted(ring)].sum())
        for share in (1.0, 0.0)
    ]
    assert near[0] < 0.9 * near[1]


def test_work_on_a_place_may_miss_the_cause_and_wears_off():
    w = build_world(scenario(), 1).state
    causes = np.array([has_known_cause(w, s) for s in range(len(w.segments))])
    assert causes.mean() == pytest.approx(float(w.p["p_cause_found"][0]), abs=0.12)
    found, missed = int(np.flatnonzero(causes)[0]), int(np.flatnonzero(~causes)[0])
    w.segments["disorder"] = 0.5
    for place in (found, missed):
        for _ in range(20):
            improve_place(w, place, 120.0)
    most = float(w.p["problem_max"][0])
    assert w.segments["hardening"][found] == pytest.approx(most / 2.0, rel=1e-5)
    assert w.segments["hardening"][missed] == 0.0
    assert (w.segments["disorder"][[found, missed]] < 0.5).all()
    assert (w.segments["problem_min"][[found, missed]] == 2400.0).all()
    for _ in range(round(float(w.p["problem_half_life_days"][0]))):
        improvements_wear_off(w)
    assert w.segments["hardening"][found] == pytest.approx(most * (1.0 - 0.5**0.5), rel=1e-3)


def test_guardians_stand_in_the_way_where_there_are_any():
    w = build_world(scenario(), 1).state
    evening, noon = 22.0 * 60.0, 12.0 * 60.0
    place, crowd = w.segments[30], w.crowds[30]
    crowd["n_street"] = crowd["n_home"] = 0
    assert left_of_property(w, 30) == left_of_violence(w, 30, evening) == 1.0
    for row, column, weight in (
        (place, "n_cameras", "camera_weight"),
        (place, "n_watch", "watch_weight"),
        (crowd, "n_street", "guardian_weight"),
    ):
        row[column] = 2
        assert left_of_property(w, 30) == pytest.approx(1.0 / (1.0 + 2.0 * float(w.p[weight][0])))
        row[column] = 0
    place["n_doorstaff"] = 3.0
    assert left_of_violence(w, 30, evening) < left_of_violence(w, 30, noon) == left_of_property(w, 30) == 1.0
    crowd["n_home"], place["ties"] = 40, 0.5
    assert left_of_property(w, 30) == pytest.approx(1.0 / (1.0 + 20.0 * float(w.p["neighbour_weight"][0])))
    w.p["neighbour_weight"] = 0.0
    assert left_of_property(w, 30) == 1.0


def found_by_officers(ledger: Ledger) -> tuple[float, float]:
    """Count disorders on record that officers found, seen in the act and come upon later, for each hundred of all."""
    rows = ledger["incidents"]
    found = rows["cause"][(rows["true_type"] == DISORDER) & (rows["discovered"] == 1)]
    offences = ledger["offences"]
    in_the_act = offences["cause"][offences["discovered"] == 1]
    seen, of_all = np.isin(found, in_the_act), max(float((offences["type"] == DISORDER).sum()), 1.0)
    return 100.0 * float(seen.sum()) / of_all, 100.0 * float((~seen).sum()) / of_all


def test_officers_come_upon_what_still_goes_on_and_nobody_reported():
    quiet = WATCHED | {"reporting__p_reported": all_types(0.0), "demand__other_calls": 100.0, "n_days": 60}
    usual, cut = (
        found_by_officers(play(scenario(**quiet | changes)))
        for changes in ({}, {"reporting__in_view_min": all_types(0.0)})
    )
    assert usual[1] > 10
    assert cut[1] == 0
    more = found_by_officers(play(scenario(**quiet, force__n_response=48)))
    assert sum(more) > 1.5 * sum(usual)


def test_what_was_come_upon_was_in_view_and_is_dealt_with_on_the_spot():
    ledger = play(scenario(**WATCHED | {"reporting__p_reported": all_types(0.0), "n_days": 40}))
    calls, offences = ledger["calls"], ledger["offences"]
    upon = calls[(calls["discovered"] == 1) & (calls["t_call"] > calls["t_event"])]
    assert len(upon) > 20
    assert (upon["t_arrived"] == upon["t_call"]).all()
    assert (upon["n_units"] == 1).all()
    of = {int(cause): i for i, cause in enumerate(offences["cause"])}
    rows = offences[[of[int(cause)] for cause in upon["cause"]]]
    assert (rows["in_view"] == 1).all()
    assert (rows["reported"] == 0).all()
    assert (rows["segment"] == upon["segment"]).all()
    assert len(np.unique(upon["cause"])) == len(upon)


def spread_of_reporting(place_spread: float) -> float:
    """Give how far the shares that are reported differ between streets, against what chance alone gives."""
    changes = {"reporting__place_spread": place_spread, "n_days": 60, "reporting__p_reported": all_types(0.5)}
    rows = play(scenario(**WATCHED | BLIND | changes))["offences"]
    n = np.bincount(rows["segment"], minlength=200)
    k = np.bincount(rows["segment"], rows["reported"], minlength=200)
    many = n >= 30
    p = k.sum() / n.sum()
    return float(np.mean((k[many] - p * n[many]) ** 2 / (n[many] * p * (1.0 - p))))


def test_streets_differ_in_what_is_reported_from_them():
    assert spread_of_reporting(1.0) > 3.0
    assert spread_of_reporting(0.0) < 1.5
