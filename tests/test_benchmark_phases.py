"""The table of where the time goes is of the schedule that the engine runs: every phase, and the same life."""

from __future__ import annotations

import sys
from pathlib import Path

from sim import engine
from sim.ledger.run_folder import content_of
from sim.policies.contract.registry import make_policy
from sim.world import build_world

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from phases import Stopwatch, called_names, python_of, scenario_of, watched_schedule


def test_every_phase_of_the_schedule_has_its_time_and_the_world_lives_the_same_life():
    scenario, policy, watch = scenario_of(500, 2), make_policy("partnership"), Stopwatch()
    watched, usual = build_world(scenario, 1), build_world(scenario, 1)
    rows = list(watched_schedule(watched, watch)(watched, policy))
    for (_, ours), (_, theirs) in zip(rows, engine.run_shifts(usual, policy), strict=True):
        assert [name for name in theirs if content_of(ours[name]) != content_of(theirs[name])] == []
    rules = {name for name, one in vars(engine).items() if hasattr(one, "py_func") and one.__module__ != "sim.engine"}
    begun = dict.fromkeys(("begin_calls", "disputes_go_on", "some_are_in_custody"), "open_world")
    within = {"begin_shift": "brief_force"} | begun
    assert rules - set(called_names()) == set(within)
    assert all(name in python_of(outer).__code__.co_names for name, outer in within.items())
    assert set(within.values()) <= set(watch.seconds)
    assert {"volunteers_tell", "handle_tickets", "brief_force", "decide", "carry_out"} <= set(watch.seconds)
