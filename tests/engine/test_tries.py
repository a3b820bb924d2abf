"""How often an offender looks for another target on one occasion, and what is kept of it for the next one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from test_mechanisms import LIVELY, NOBODY_ARRESTED
from worlds import run, scenario

from sim.agents.conspicuous import begin_search, next_search_end
from sim.agents.offenders import _last_success, end_search, perceived_risk
from sim.agents.state import State
from sim.draws import Stream, mix_keys, uniform_four
from sim.params import ASSAULT, BURGLARY, CRIMES
from sim.world import build_world

NOON = 720.0
ALWAYS_POLICE: dict[str, Any] = {
    "offending__n_tries": 3,
    "offending__p_try_again": 1.0,
    "offending__mix": {"burglary": 1.0, "robbery": 0.0, "theft": 0.0, "assault": 0.0, "disorder": 0.0},
    "offending__share_in_view": dict.fromkeys(CRIMES, 1.0),
    "offending__p_from_home": 1.0,
    "deterrence__risk_per_sighting": 0.2,
    "deterrence__heed": 0.0,
    "deterrence__shun_per_turn": 0.0,
}
"""Offenders who never give up of themselves, and turn back wherever they come."""
NO_POLICE = dict.fromkeys((f"force__n_{role}" for role in ("response", "foot", "community", "auxiliary")), 0)


def causes_of(w: State, offender: int) -> Iterator[tuple[int, np.uint64]]:
    """Number the searches of an offender, each with its cause."""
    return ((number, np.uint64(mix_keys(w.offenders["key"][offender], number))) for number in count())


def is_eager(w: State, cause: np.uint64) -> bool:
    """Tell whether the draw of a search makes it worth while even after police were met twice."""
    return uniform_four(int(w.c[0]["seed"]), Stream.OFFEND_WHAT, cause, 0)[2] < 0.4


def n_turned_away(n_looked: int) -> int:
    """Tell how often police turn an offender away, who has looked at so many targets before and over this one."""
    w = build_world(scenario(**ALWAYS_POLICE), 1).state
    w.segments["visible"], w.offenders["mix"], w.c["now"] = 50.0, 1.0, NOON
    w.segments["opportunity"] = 1e9
    offender = 3
    number, cause = next(found for found in causes_of(w, offender) if is_eager(w, found[1]))
    begin_search(w, offender, number, BURGLARY, cause, 17, NOON, 2, n_looked, 0)
    end_search(w, next_search_end(w))
    left = 1.0 - perceived_risk(w, offender, float(w.offenders["risk_t"][offender]))
    at_first = 1.0 - float(build_world(scenario(**ALWAYS_POLICE), 1).state.offenders["risk"][offender])
    assert w.c[0]["n_deterred"] == 1
    return round(math.log(left / at_first) / math.log(0.8))


def test_a_search_that_takes_time_has_no_more_tries_than_one_that_takes_none():
    assert [n_turned_away(n_looked) for n_looked in (0, 1, 2)] == [3, 2, 1]


def test_targets_that_could_not_be_had_are_none_from_which_police_turned_away():
    later = {"offending__p_try_again": 0.5, "offending__p_later": 1.0, "offending__later_hours": 2.0}
    world = build_world(scenario(**LIVELY | NOBODY_ARRESTED | NO_POLICE | later), 1)
    world.state.segments["hardening"] = 0.5
    offences = run(world)["offences"]
    assert len(offences) > 200
    assert not offences["n_turned"].any()


def test_each_occasion_has_a_draw_of_its_own_for_going_back():
    w = build_world(scenario(offending__p_return=0.5, deterrence__heed=0.0), 1).state
    who = w.offenders[3:4]
    who["last_segment"], who["last_type"], who["last_t"] = 17, BURGLARY, NOON
    goes_back = np.array(
        [
            [_last_success(w, 3, BURGLARY, np.uint64(cause), NOON, False, n_before) == 17 for n_before in (0, 2)]
            for cause in range(1, 401)
        ]
    )
    assert goes_back.mean() == pytest.approx(0.5, abs=0.06)
    assert (goes_back[:, 0] != goes_back[:, 1]).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("hardening", "least", "most"), [(0.0, 100, 10**9), (1.0, 0, 0)])
def test_a_place_that_is_made_safe_is_safe_among_company_too(hardening, least, most):
    violent = {"burglary": 0.0, "robbery": 0.0, "theft": 0.0, "assault": 1.0, "disorder": 0.0}
    world = build_world(
        scenario(**LIVELY | NOBODY_ARRESTED, offending__mix=violent, exposure__violence_in_company=1.0), 1
    )
    world.state.segments["hardening"] = hardening
    offences = run(world)["offences"]
    assert least <= (offences["type"] == ASSAULT).sum() <= most
