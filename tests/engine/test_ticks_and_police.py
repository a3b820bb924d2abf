"""What police presence does, and so what strategies differ by, does not depend on the length of a tick."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from test_ticks import normal_distance
from worlds import SMALL_BUDGET, play, scenario

from sim import engine
from sim.agents.days import PLAN_BEGINS_MIN
from sim.agents.demand import make_other_calls
from sim.agents.dispatch import let_time_pass, police_until
from sim.agents.disputes import first_flares, flare_up, next_flare
from sim.agents.investigation import work_cases
from sim.agents.offenders import next_search_at, search_next
from sim.agents.panel import write_day
from sim.agents.residents import move
from sim.agents.retaliation import strike_back
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.params import CRIMES
from sim.policies.hotspot import Hotspot
from sim.policies.protocol import PolicyModel
from sim.policies.reactive import Reactive
from sim.world import build_city

TOWN: dict[str, Any] = {
    "n_days": 60,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 900.0,
    "demand__other_calls": 300.0,
}
TRACES: dict[str, Any] = {
    "deterrence__p_deter_present": 0.0,
    "deterrence__risk_per_sighting": 0.0,
    "deterrence__heed": 0.0,
    "deterrence__shun_per_turn": 0.0,
    "offending__p_later": 0.0,
    "offending__share_in_view": dict.fromkeys(CRIMES, 1.0),
    "offending__search_min": dict.fromkeys(CRIMES, 0.0),
    "deterrence__residue_max": 1.0,
    "deterrence__residue_half_life_min": 20.0,
}
"""Only what police leave behind deters, and it halves in twenty minutes: who looks too late does not see it."""
DETERRENCE: dict[str, dict[str, Any]] = {"by traces": TRACES, "as usual": {}}
CITY = build_city(scenario(**TOWN))
STRATEGIES: dict[str, PolicyModel] = {"reactive": Reactive(), "hotspot": Hotspot()}
SEEDS = tuple(range(1, 7))
Results = dict[str, float]


def offences_before_police(w: State, last: int) -> bool:
    """Break the schedule: decide all offences of a tick while the police stand where they stood at its begin."""
    c, minutes = w.c[0], int(w.p["tick_min"][0])
    while c["tick"] < last:
        tick = int(c["tick"])
        begin, end = float(tick * minutes), float((tick + 1) * minutes)
        c["now"] = begin
        if tick * minutes % DAY_MIN == PLAN_BEGINS_MIN:
            engine.calendar(w, int(c["day"]), begin)
        move(w, (tick * minutes - PLAN_BEGINS_MIN) % DAY_MIN // minutes)
        make_other_calls(w, end)
        while w.flares[row := next_flare(w, first_flares(w))] < end:
            flare_up(w, row)
        while next_search_at(w) < end:
            search_next(w)
        while c["grudge_at"] < end:
            strike_back(w)
        police_until(w, end)
        let_time_pass(w, end)
        c["tick"] += 1
        if (tick + 1) * minutes % DAY_MIN == 0:
            work_cases(w, end)
            engine.feel_day(w)
            write_day(w, int(c["day"]), end)
            c["day"] += 1
    return True


@cache
def results(tick_min: int, seed: int, strategy: str, deterrence: str, *, broken: bool = False) -> Results:
    """Run the town under a strategy; count offences, and searches that police turned away."""
    what = scenario(**TOWN | DETERRENCE[deterrence], tick_min=tick_min)
    with pytest.MonkeyPatch.context() as patch:
        if broken:
            patch.setattr(engine, "run_ticks", offences_before_police)
        ledger = play(what, STRATEGIES[strategy], seed, CITY)
    n, turned = len(ledger["offences"]), float(ledger["days"]["n_deterred"].sum())
    return {"offences": n, "turned away": turned, "share turned away": turned / (n + turned)}


def contrast(tick_min: int, seed: int, deterrence: str, *, broken: bool = False) -> Results:
    """Give the results under hot spots, under reactive patrol, and how the two differ."""
    usual, hot = (results(tick_min, seed, strategy, deterrence, broken=broken) for strategy in STRATEGIES)
    apart = {f"{name}, difference": hot[name] - usual[name] for name in hot}
    return hot | {f"{name}, reactive": value for name, value in usual.items()} | apart


def distances(
    one: int, other: int, seeds: tuple[int, ...] = SEEDS, *, deterrence: str = "by traces", broken: bool = False
) -> Results:
    """Measure how far apart two lengths of tick are, in standard errors of a mean over pairs of runs."""
    pairs = [(contrast(one, seed, deterrence), contrast(other, seed, deterrence, broken=broken)) for seed in seeds]
    return {name: normal_distance(np.array([b[name] - a[name] for a, b in pairs]), floor=1e-4) for name in pairs[0][0]}


def test_an_hour_long_tick_deters_as_much_as_one_of_five_minutes():
    z = distances(5, 60)
    assert {name: round(value, 1) for name, value in z.items() if abs(value) > 3.5} == {}


def test_offences_that_are_decided_before_the_police_move_are_noticed():
    z = distances(5, 60, tuple(range(1, 11)), broken=True)
    assert z["turned away, reactive"] < -3.5
    assert z["share turned away, reactive"] < -3.5


@pytest.mark.slow
@pytest.mark.parametrize("deterrence", DETERRENCE)
def test_strategies_differ_by_the_same_at_any_tick(deterrence):
    seeds = tuple(range(1, 7 if SMALL_BUDGET else 33))
    for other in (1, 15, 30, 60):
        z = distances(5, other, seeds, deterrence=deterrence)
        print(other, {name: round(value, 1) for name, value in z.items()})
        assert max(abs(value) for value in z.values()) < 3.5, other
