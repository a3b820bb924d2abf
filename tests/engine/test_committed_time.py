"""What officers do: turning out, two at a call, what is broken off or waits, prisoners, training, least crews."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import Ledger, play, scenario

from sim.agents.officers import _see_to_prisoner
from sim.agents.tables import ACTIVITIES, DISPUTE, NOISE, TRAFFIC
from sim.clock import SHIFT_MIN
from sim.world import build_world

BUSY: dict[str, Any] = {
    "n_days": 20,
    "demand__other_calls": 5000.0,
    "disputes__disputes_per_household": 3.0,
    "force__n_response": 12,
    "force__n_foot": 0,
    "force__n_community": 0,
}


@cache
def lived(changes: tuple[tuple[str, Any], ...] = ()) -> Ledger:
    """Run the busy town with some parameters changed."""
    return play(scenario(**BUSY | dict(changes)))


def answered(priority: int = 0, **changes: Any) -> NDArray[Any]:
    """Give the calls to which a unit came, of one priority or of all."""
    rows = lived(tuple(changes.items()))["calls"]
    rows = rows[(rows["answered"] == 1) & (rows["discovered"] == 0)]
    return rows if priority == 0 else rows[rows["priority"] == priority]


def minutes(name: str, **changes: Any) -> float:
    """Give the minutes of an activity in the run."""
    return float(lived(tuple(changes.items()))["days"]["officer_min"][:, ACTIVITIES.index(name)].sum())


def test_a_unit_sets_out_some_time_after_it_is_sent():
    slow, cut = answered(dispatch__turnout_min=5.0), answered(dispatch__turnout_min=0.0)
    assert (slow["t_out"] - slow["t_sent"]).mean() == pytest.approx(5.0, rel=0.25)
    assert (cut["t_out"] == cut["t_sent"]).all()
    alone = slow[slow["n_units"] == 1]
    assert (alone["t_arrived"] >= alone["t_out"] - 1e-6).all()


def test_time_at_a_call_depends_on_its_kind():
    rows = answered()
    at_call = {kind: (row["t_closed"] - row["t_arrived"]).mean() for kind in (TRAFFIC, NOISE) for row in
               [rows[rows["kind"] == kind]]}  # fmt: skip
    assert at_call[TRAFFIC] > 1.4 * at_call[NOISE]


def test_two_officers_go_to_quarrels_unless_that_is_cut():
    whole, cut = answered(), answered(dispatch__second_dispute=0.0)
    assert whole[(whole["kind"] == DISPUTE) & (whole["priority"] > 1)]["n_units"].mean() > 1.4
    assert (cut[(cut["kind"] == DISPUTE) & (cut["priority"] > 1)]["n_units"] == 1).all()


CROWDED = {
    "n_days": 60,
    "force__n_response": 6,
    "force__p_on_duty": 1.0,
    "dispatch__service_median_min": 60.0,
}


def mean_wait(preemption: float, seeds: tuple[int, ...] = (1, 2, 3)) -> float:
    """Give the mean wait of critical calls until a unit is sent, over runs of some seeds.

    One seed has about a hundred of them; the ratio of two single runs varies by a tenth.
    """
    what = scenario(**BUSY | CROWDED | {"dispatch__preemption": preemption})
    calls = np.concatenate([play(what, seed=seed)["calls"] for seed in seeds])
    critical = calls[(calls["answered"] == 1) & (calls["discovered"] == 0) & (calls["priority"] == 1)]
    assert len(critical) > 200
    return float((critical["t_sent"] - critical["t_call"]).mean())


def test_a_critical_call_breaks_off_lower_work_unless_that_is_cut():
    # Six seeds gave 0.61 to 0.73 of the wait without it.
    assert mean_wait(1.0) < 0.85 * mean_wait(0.0)


def test_a_call_that_was_broken_off_is_finished_by_another_unit():
    rows = answered(3, **CROWDED)
    assert (rows["t_closed"] >= rows["t_arrived"]).all()
    assert (rows["unit_min"] > 0).all()


def test_calls_of_the_lowest_priority_wait_so_that_somebody_stays_free():
    whole, cut = (answered(3, dispatch__stack_reserve=share) for share in (0.5, 0.0))
    wait = [float((rows["t_sent"] - rows["t_call"]).mean()) for rows in (whole, cut)]
    assert wait[0] > wait[1] + 5.0
    # The mean is made by the few nights on which hardly anybody is on duty, whatever the priority.
    more_urgent = answered(2, dispatch__stack_reserve=0.5)
    median = [float(np.median(rows["t_sent"] - rows["t_call"])) for rows in (whole, more_urgent)]
    assert median[1] < 0.8 * median[0]


def test_prisoners_and_guards_take_time_unless_they_are_cut():
    arrests = {"offending__share_offending": 0.2, "offending__searches_per_year": 400.0, "force__p_hospital": 0.5}
    assert minutes("prisoner", **arrests) > 100.0
    assert minutes("guard", **arrests) > 60.0
    assert minutes("prisoner", **arrests, force__arrest_min=0.0) == 0.0
    assert minutes("guard", **arrests | {"force__p_hospital": 0.0}) == 0.0
    soon = arrests | {"force__court_delay_days": 1.0}
    assert minutes("court", **soon, force__p_court=1.0) > 100.0
    assert minutes("court", **soon, force__p_court=0.0) == 0.0


def test_a_guard_that_ends_within_the_shift_leaves_nothing_to_guard():
    w = build_world(scenario(**BUSY), 1).state
    who = w.officers[0]
    for t in 700.0 + np.random.default_rng(1).random(1000):
        who["clock"], who["duty_end"], who["overtime_until"], who["guard_min"] = t, 960.0, 0.0, 93.7
        assert _see_to_prisoner(w, 0, 960.0)
        assert (who["until"], who["guard_min"]) == (pytest.approx(t + 93.7), 0.0)
    who["clock"], who["guard_min"] = 900.0, 93.7
    assert _see_to_prisoner(w, 0, 960.0)
    assert (who["until"], who["guard_min"]) == (960.0, pytest.approx(33.7))


def test_training_briefings_and_handovers_take_their_share_unless_they_are_cut():
    paid = float(lived()["days"]["duty_min"].sum())
    assert minutes("training", force__training_days=60.0) > 0.15 * paid
    assert minutes("training", force__training_days=0.0) == 0.0
    assert 0.03 < minutes("briefing") / paid < 0.07
    assert minutes("briefing", force__briefing_min=0.0, force__handover_min=0.0) == 0.0


DEPLETED = {"force__n_response": 36, "force__p_on_duty": 0.5, "force__n_districts": 4}


def overtime(least_crew: float) -> float:
    """Give the overtime in the run, hours."""
    changes = DEPLETED | {"force__least_crew": least_crew, "demand__other_calls": 500.0}
    return float(lived(tuple(changes.items()))["days"]["overtime_min"].sum()) / 60.0


def test_a_district_without_its_crew_gets_somebody_from_another_or_on_overtime():
    whole, cut = overtime(1.0), overtime(0.0)
    assert whole > cut + 40.0
    days = lived(tuple((DEPLETED | {"force__least_crew": 1.0, "demand__other_calls": 500.0}).items()))["days"]
    assert days["duty_min"].sum() == pytest.approx(days["officer_min"].sum(), rel=1e-9)
    assert np.median(days["duty_min"][:, 0]) > 0.45 * 36 * SHIFT_MIN
