"""Duties that begin at another hour than a shift, and officers who walk although their role drives."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from small_force import FEW

from sim.agents.tables import COMMUNITY, FOOT, RESPONSE, ROLES
from sim.batch.rehearsal import MONTH, check_policy
from sim.command import take_command
from sim.engine import brief_force, run_shifts, simulate
from sim.errors import InputError
from sim.mesa_face.model import CommunityPolicingModel
from sim.observation import observe
from sim.orders import carry_out, duty_minutes
from sim.policies.contract.registry import make_policy
from sim.policies.levers import Levers, Team
from sim.policies.protocol import Orders, PolicyModel, Task
from sim.scenarios.scenario import Scenario
from sim.world import build_world

SCENARIO = Scenario().replace(
    FEW
    | {
        "n_days": 2, "city.streets": "grid", "city.n_segments": 120, "people.n_residents": 600, "force.n_districts": 4,
        "force.n_community": 8, "force.n_foot": 4, "force.p_on_duty": 1.0, "offending.searches_per_year": 100,
    }
)  # fmt: skip
DOCS = Path(__file__).parents[2] / "docs"


class Early(PolicyModel):
    """Begin at seven and walk; go to one street, and on to the next at eight."""

    name = "early"

    def levers(self):
        return Levers(team=Team(community_start_h=7.0, share_community=0.25))

    def decide(self, seen, rng):
        crew = seen.with_role("community").tolist()
        return Orders(tuple(Task(o, "post", (seen.shift,), on_foot=True) for o in crew))


@pytest.fixture
def school_routes(tmp_path):
    code = re.findall(r"```python\n(.*?)```", (DOCS / "write-a-strategy.md").read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "school_routes.py"
    path.write_text(code[2], encoding="utf-8")
    return make_policy(str(path))


def hours_on_duty(model, role):
    """Run a day and list, by officer of a role, the ticks at which the officer was on duty."""
    officers = model.world.state.officers
    mine = np.flatnonzero(officers["role"] == role)
    seen = np.zeros((len(mine), 288), bool)
    for tick in range(288):
        model.step()
        seen[:, tick] = officers["on_duty"][mine] == 1
    return seen


def test_duties_begin_at_seven_and_at_fifteen_to_the_minute():
    model = CommunityPolicingModel(SCENARIO, Early(), rng=1)
    on_duty = hours_on_duty(model, COMMUNITY)
    first = 5 * (1 + on_duty.argmax(axis=1))
    assert sorted(set(first.tolist())) == [7 * 60, 15 * 60]
    assert abs(int((first == 420).sum()) - int((first == 900).sum())) <= 1
    assert len(first) > 8  # response officers who serve as community officers begin at these hours, too
    minutes = 5 * on_duty.sum(axis=1)
    assert (minutes >= 480).all()
    assert np.median(minutes) <= 490
    paid = model.table("days").iloc[0]
    assert paid["duty_min_community"] == pytest.approx(minutes.sum(), rel=0.01)
    activities = [name for name in paid.index if name.startswith("officer_min_")]
    assert paid[activities].sum() == pytest.approx(sum(paid[f"duty_min_{role}"] for role in ROLES), abs=0.1)


def test_the_others_keep_their_hours():
    model = CommunityPolicingModel(SCENARIO, Early(), rng=1)
    on_duty = hours_on_duty(model, FOOT)
    assert sorted(set((5 * on_duty.argmax(axis=1)).tolist())) == [480, 960]  # at the begin of the tick


def test_who_is_ordered_to_walk_walks_for_the_whole_duty():
    model = CommunityPolicingModel(SCENARIO, Early(), rng=1)
    officers = model.world.state.officers
    for _ in range(288):
        model.step()
        on_duty = officers["on_duty"] == 1
        assert (officers["on_foot"][on_duty & (officers["role"] == COMMUNITY)] == 1).all()
        assert (officers["on_foot"][on_duty & (officers["role"] == RESPONSE)] == 0).all()
    plain = simulate(SCENARIO, make_policy("reactive"), 1).world.state.officers
    assert (plain["on_foot"][plain["role"] == COMMUNITY] == 0).all()


def test_a_duty_over_two_shifts_is_shown_and_ordered_in_both():
    world = build_world(SCENARIO, 1)
    policy = Early()
    take_command(world, policy)
    budget = []
    for shift, expected in ((0, {(420.0, 480.0)}), (1, {(0.0, 420.0), (420.0, 480.0)}), (2, {(0.0, 420.0)})):
        brief_force(world.state, shift, 480.0 * shift)
        seen = observe(world)
        crew = seen.with_role("community").tolist()
        assert {seen.window(o) for o in crew} == expected
        assert all(seen.window(o) == (0.0, 480.0) for o in seen.with_role("response", "foot", "detective").tolist())
        budget.append(duty_minutes(world))
        carry_out(world, policy.decide(seen, np.random.default_rng(1)), policy="early")
        first = world.state.officers["task"][crew]
        tasks = world.state.tasks[first]
        assert {(float(a), float(b)) for a, b in zip(tasks["start"], tasks["end"], strict=True)} == {
            (480.0 * shift + a, 480.0 * shift + b) for a, b in expected
        }
    assert sum(budget) == 480.0 * len(world.state.officers)
    with pytest.raises(InputError, match="an officer must be one from 0"):
        seen.window(9999)


def test_a_run_taken_up_within_such_a_duty_is_the_same_run():
    world, rows, kept = build_world(SCENARIO, 1), [], {}
    for done, some in run_shifts(world, Early()):
        rows.append(some)
        if done == 1:
            kept = {name: array.copy() for name, array in world.arrays().items()}
    again = [some for _, some in run_shifts(build_world(SCENARIO, 1), Early(), resume=(kept, 1))]
    for name in ("calls", "contacts", "days", "orders"):
        whole, resumed = (np.concatenate([some[name] for some in part]) for part in (rows[1:], again))
        assert len(whole) == len(resumed) > 0
        for column in whole.dtype.names:
            assert np.array_equal(whole[column], resumed[column], equal_nan=whole[column].dtype.kind == "f")


@pytest.mark.parametrize("hour", [0.0, 6.5, 15.0, 16.0])
def test_a_force_may_begin_at_any_hour(hour):
    scenario = SCENARIO.replace({"force.foot_start_h": hour, "force.n_mediator": 2})
    model = CommunityPolicingModel(scenario, "reactive", rng=1, collect_every=0)
    officers = model.world.state.officers
    mine = officers["role"] == FOOT
    begins = officers["shift"][mine] * 480.0 + officers["late_min"][mine]
    assert set(begins.tolist()) == {60.0 * hour, 60.0 * (hour + 8.0) % 1440.0}
    on_duty = hours_on_duty(model, FOOT)
    seen = 5 * (on_duty.sum(axis=1) + 1)  # at the ends of ticks: with the last one of a shift the officer has gone home
    assert (seen >= min(480.0, 1440.0 - max(begins))).all()


def test_a_start_that_leaves_no_second_shift_in_the_day_is_refused():
    with pytest.raises(InputError, match="community_start_h must lie between 0 and 16"):
        SCENARIO.replace({"force.community_start_h": 17.0})


def test_a_strategy_of_school_routes_can_be_written(school_routes):
    shown = check_policy(school_routes)
    assert shown.rules[-1] == MONTH
    assert shown.n_month > 0
    assert shown.remark == ""
    run = simulate(SCENARIO, school_routes, 1)
    orders = run.tables["orders"]
    rounds = orders[orders["kind"] == "rounds"]
    minute = rounds["start"] % 1440
    assert {420.0, 480.0, 960.0} == set(minute)
    assert run.world.record.brief.pupils.sum() > 50
