"""The fast core and its slow twin live the same life, event by event."""

from __future__ import annotations

import re
from functools import partial
from inspect import getsource
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import twin
import twin_police
from worlds import Busy, Ledger, digest, run, scenario

from sim import engine
from sim.agents import avoidance, guardians, offenders, opportunity, presence, waking
from sim.agents.days import PLAN_BEGINS_MIN
from sim.agents.demand import make_other_calls
from sim.agents.dispatch import let_time_pass
from sim.agents.disputes import flare_up
from sim.agents.events import LEDGER
from sim.agents.feelings_day import feel_day
from sim.agents.investigation import work_cases
from sim.agents.panel import write_day
from sim.agents.residents import move
from sim.agents.retaliation import strike_back
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.params import CRIMES, About, ByCrime, describe
from sim.scenarios.scenario import Scenario, groups
from sim.world import build_world

AT_ONCE: dict[str, Any] = {f"offending.search_min.{crime}": 0.0 for crime in CRIMES} | {"force.p_notice_goods": 0.0}
"""Offenders of the twin take no time to look a target over, and nobody sees what they carry."""
TOWN = scenario(
    n_days=4,
    people__n_residents=800,
    offending__share_offending=0.2,
    offending__searches_per_year=500.0,
    disputes__disputes_per_household=3.0,
    demand__other_calls=8000.0,
    force__n_response=5,
    dispatch__own_cell_min=1.0,
).replace(AT_ONCE)


def run_ticks_with_twin(w: State, last: int) -> bool:
    """Play the schedule of a tick with the twin in the places of offending and dispatch."""
    c, minutes = w.c[0], int(w.p["tick_min"][0])
    while c["tick"] < last:
        tick = int(c["tick"])
        begin, end = float(tick * minutes), float((tick + 1) * minutes)
        c["now"] = begin
        if tick * minutes % DAY_MIN == PLAN_BEGINS_MIN:
            engine.calendar(w, int(c["day"]), begin)
        move(w, (tick * minutes - PLAN_BEGINS_MIN) % DAY_MIN // minutes)
        make_other_calls(w, end)
        while (t := min(float(w.flares.min()), twin.next_search_at(w), float(c["grudge_at"]))) < end:
            twin_police.police_until(w, t)
            if t == w.flares.min():
                flare_up(w, int(w.flares.argmin()))
            elif t == c["grudge_at"]:
                strike_back(w)
            else:
                twin.search_next(w)
        twin_police.police_until(w, end)
        let_time_pass(w, end)
        c["tick"] += 1
        if (tick + 1) * minutes % DAY_MIN == 0:
            work_cases(w, end)
            feel_day(w)
            write_day(w, int(c["day"]), end)
            c["day"] += 1
    return True


def lives(monkeypatch: pytest.MonkeyPatch, town: Scenario = TOWN, **changes: Any) -> tuple[Ledger, Ledger]:
    """Run a town by the core and with the twin, whose functions may be changed."""
    core = run(build_world(town, 2), Busy())
    monkeypatch.setattr(engine, "run_ticks", run_ticks_with_twin)
    for name, value in changes.items():
        monkeypatch.setattr(twin if hasattr(twin, name) else twin_police, name, value)
    return core, run(build_world(town, 2), Busy())


def shaken(number: int) -> Scenario:
    """Change every parameter of offending, deterrence and dispatch, each up or down by chance."""
    rng = np.random.default_rng(number)
    changes: dict[str, Any] = {}
    for group in ("offending", "repeat", "deterrence", "dispatch"):
        for about in describe(groups()[group]):
            now = getattr(getattr(TOWN, group), about.name)
            key, other = f"{group}.{about.name}", partial(_other, rng, about)
            parts = now.model_dump() if isinstance(now, ByCrime) else {}
            changes |= {f"{key}.{crime}": other(value) for crime, value in parts.items()} or {key: other(now)}
    usual = {"deterrence.p_deter_present": 0.8, "offending.share_offending": 0.2}
    return TOWN.replace(changes | usual | AT_ONCE)


def _other(rng: np.random.Generator, about: About, value: float) -> float:
    changed = max(value, 0.1) * rng.choice([0.6, 1.4])
    low, high = (about.low or 0.0), (1e9 if about.high is None else about.high)
    changed = min(max(changed, low), high)
    return round(changed) + (round(changed) == value) if isinstance(value, int) else float(changed)


def test_the_twin_lives_the_same_life(monkeypatch):
    core, slow = lives(monkeypatch)
    assert len(core["offences"]) > 50
    waits = core["calls"]["t_sent"] - core["calls"]["t_call"]
    assert np.nanmax(waits) > 30  # there was a queue
    for table in LEDGER:
        assert len(core[table]) == len(slow[table]), table
        assert digest({table: core[table]}) == digest({table: slow[table]}), table


@pytest.mark.parametrize("number", range(4))
def test_the_twin_lives_the_same_life_with_other_parameters(monkeypatch, number):
    core, slow = lives(monkeypatch, shaken(number))
    assert len(core["offences"]) > 20
    assert digest(core) == digest(slow)


def test_the_twin_reads_every_parameter_that_the_core_reads():
    twinned = (offenders._search, offenders._look_for_target, offenders.perceived_risk, offenders.deterrable,
               opportunity.attraction, opportunity.boost_at, opportunity._share_at_home, offenders._put_off,
               offenders.is_in_view, presence.p_deterred, presence.residue_at, presence._fading,
               presence._p_turned_by_sight, presence._share_in_sight, avoidance.shunned_at, avoidance.readiness,
               avoidance.keep_away, guardians.left_of_property, guardians.left_of_violence,
               waking.p_searches_now)  # fmt: skip
    read = {name for function in twinned for name in re.findall(r"\bp(?:\[0\])?\.(\w+)", getsource(function.py_func))}
    assert len(read) > 12
    of_twin = set(re.findall(r'\["(\w+)"\]', Path(twin.__file__).read_text("utf-8")))
    assert read <= of_twin


@pytest.mark.parametrize(
    "change",
    [
        {"reach_min": lambda w: 5.0},
        {"LOOK_AGAIN_MIN": 480.0},
        {"pick": lambda weights, at: 0},
        {"p_turned_away": lambda w, segment, kind, t: 0.0},
        {"eagerness": lambda w, row, kind, t: 1.0},
        {"readiness": lambda w, row, i, t, in_view: 1.0},
        {"goes_on": lambda w, segment, other: True},
        {"keep_away": lambda w, row, segment, t: None},
    ],
)
def test_a_twin_with_another_rule_lives_another_life(monkeypatch, change):
    core, slow = lives(monkeypatch, **change)
    assert digest(core) != digest(slow)
