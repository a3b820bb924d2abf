"""A strategy in some places of a city: it stays inside, rests when it must, and leaves all else as it was."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from sim.batch.rehearsal import check_policy
from sim.command import take_command
from sim.engine import run_shifts, simulate
from sim.errors import InputError
from sim.ledger.columns import frame_of
from sim.policies.compose import Composed, pay_within_budget
from sim.policies.contract import conformance
from sim.policies.contract.conformance import check_contract, example_observation
from sim.policies.contract.places import fitted
from sim.policies.contract.registry import make_policy, policy_identity, policy_names
from sim.policies.in_places import InPlaces, Treatment, in_places
from sim.policies.levers import Levers
from sim.policies.protocol import Orders, PolicyModel, Task
from sim.roles import AT_HOMES, ROLES
from sim.scenarios.scenario import Scenario
from sim.world import build_world

CITY = {
    "n_days": 8,
    "people.n_residents": 1500,
    "city.streets": "grid",
    "city.n_segments": 200,
    "force.n_districts": 4,
    "force.n_response": 12,
    "force.n_foot": 4,
    "force.n_community": 4,
    "force.n_mediator": 2,
    "offending.share_offending": 0.15,
    "offending.searches_per_year": 300.0,
    "disputes.disputes_per_household": 3.0,
}
TARGETED = ("rounds", "post", "visits", "problem", "inspect")


class Everywhere(PolicyModel):
    """Order everything to every place, as a strategy does that heeds no mask."""

    def decide(self, seen, rng):
        n, span = seen.brief.n_segments, 60.0
        kinds = (*TARGETED, "homes")
        places = {"post": (seen.shift * 7 % n,), "homes": tuple(range(len(seen.brief.household_segment)))[:40]}
        return Orders(
            tuple(
                Task(int(o), kind, places.get(kind, tuple(range(i % 5, n, 5))), start=i * span, end=(i + 1) * span)
                for o in seen.on_duty
                for i, kind in enumerate(kinds)
            )
        )


Everywhere.name = "everywhere"


def city(**changes):
    return Scenario().replace(CITY | changes)


def tables(policy, **changes):
    return simulate(city(**changes), policy, 3).tables


def same(one, other):
    return all(one[name].equals(other[name]) for name in one)


def test_the_whole_city_is_the_strategy_itself_and_no_place_is_reactive_to_the_byte():
    hotspot = make_policy("hotspot")
    plain, alone = tables(hotspot), tables(make_policy("reactive"))
    assert not same(plain, alone)
    assert same(plain, tables(in_places(hotspot, Treatment(segments=tuple(range(200))))))
    assert same(plain, tables(in_places(hotspot, Treatment(districts=(0, 1, 2, 3)))))
    assert same(alone, tables(in_places(hotspot, Treatment())))


ALWAYS = {"night_economy": "night_economy(all_nights=true, licensing_share=1, venue_streets=0.2)"}
"""Strategies that give no order on the day that is shown."""


@pytest.mark.parametrize("name", [*policy_names(), "everywhere"])
def test_no_order_of_any_strategy_leads_out_of_the_places(name):
    inner = Everywhere() if name == "everywhere" else make_policy(ALWAYS.get(name, name))
    seen = example_observation(n_segments=400, n_on_duty=48, n_incidents=3000, n_disputes=40, day=211, roster=ROLES)
    seen = replace(seen, cell=(seen.on_duty % 4).astype(np.int32))
    policy = in_places(inner, Treatment(segments=tuple(range(0, 400, 7)), districts=(2,)))
    inside = policy.inside(seen.brief)
    wild = 0
    for shift in range(3):
        briefing = replace(seen, shift=shift)
        for task in policy.decide(briefing, np.random.default_rng(1)).tasks:
            where = np.array(task.targets, int)
            if task.kind == "mediation":
                place = dict(zip(seen.known_disputes.tolist(), seen.dispute_segment.tolist(), strict=True))
                where = np.array([place[dispute] for dispute in task.targets])
            elif task.kind in AT_HOMES:
                where = seen.brief.household_segment[where]
            elif task.kind == "supervise":
                place = dict(zip(seen.files.person.tolist(), seen.files.segment.tolist(), strict=True))
                where = np.array([place[person] for person in task.targets])
            assert inside[where].all(), task
        outside = inner.decide(briefing, np.random.default_rng(1)).tasks
        wild += sum(bool(task.targets) for task in outside)
    assert wild or name in ("reactive", "partnership", "citizen_patrol")  # the strategy by itself does go elsewhere


def test_a_task_keeps_its_targets_inside_and_falls_away_without_any():
    seen = example_observation(n_segments=400)
    orders = in_places(Everywhere(), Treatment(segments=(5, 10, 13))).decide(seen, np.random.default_rng(1))
    kept = {task.kind: task.targets for task in orders.tasks}
    # Of five kinds with targets two name one of the places; the first homes of the register are those of street 5.
    assert kept == {"rounds": (5, 10), "problem": (13,), "homes": tuple(range(25, 30))}


def test_a_map_is_drawn_of_the_places_alone():
    seen = example_observation(n_segments=400, n_incidents=6000)
    counts = seen.counts(weeks=8, until=seen.week_began)
    by_count = np.argsort(counts, kind="stable")
    quiet = by_count[counts[by_count] > 0][:8]
    assert len(quiet) == 8
    tasks = in_places(make_policy("hotspot"), Treatment(segments=tuple(quiet.tolist()))).decide(
        seen, np.random.default_rng(1)
    )
    assert {target for task in tasks.tasks for target in task.targets} == set(quiet.tolist())
    alone = make_policy("hotspot").decide(seen, np.random.default_rng(1))
    assert not {target for task in alone.tasks for target in task.targets} & set(quiet.tolist())


def test_what_does_not_exist_is_refused_and_not_struck_off():
    class Wrong(Everywhere):
        def decide(self, seen, rng):
            return Orders((Task(int(seen.on_duty[0]), "rounds", (0, 999)),))

    Wrong.name = "wrong"
    with pytest.raises(InputError, match="segments from 0 to 199, got 999"):
        tables(in_places(Wrong(), Treatment(segments=(0,))))


def test_it_rests_before_after_and_in_blackouts():
    where = Treatment(segments=tuple(range(100)), first_day=2, last_day=6, blackouts=((4, 5),))
    orders = tables(in_places(make_policy("hotspot"), where))["orders"]
    days = set((orders.loc[orders["n_targets"] > 0, "t"] // 1440).astype(int))
    # The map is drawn on Mondays; this run begins on one, so before day 7 only a record of the first hours counts.
    orders = tables(in_places(Everywhere(), where))["orders"]
    days |= set((orders.loc[orders["n_targets"] > 0, "t"] // 1440).astype(int))
    assert days == {2, 3, 6}


def test_two_arms_share_the_force_out_and_nobody_gets_two_orders():
    seen = example_observation(n_officers=90, n_segments=400, n_incidents=3000)
    half = [
        in_places(make_policy("hotspot"), Treatment(segments=tuple(range(400)), crew=part))
        for part in ((0.0, 0.5), (0.5, 1.0))
    ]
    one, other = ({task.officer for task in arm.decide(seen, np.random.default_rng(1)).tasks} for arm in half)
    assert one
    assert other
    assert not one & other
    whole = make_policy("hotspot").decide(seen, np.random.default_rng(1))
    assert len(one | other) >= len({task.officer for task in whole.tasks})


def test_levers_act_on_the_whole_force_or_on_nobody():
    mediation = make_policy("mediation")
    everywhere = in_places(mediation, Treatment(segments=(1,)))
    orders_alone = in_places(mediation, Treatment(segments=(1,), levers="none"))
    assert everywhere.levers() == mediation.levers() != Levers()
    assert orders_alone.levers() == Levers()
    assert pay_within_budget(everywhere).within_budget
    kernel = make_policy("hotspot(estimate=kernel)")
    assert in_places(kernel, Treatment(levers="none")).levers() == kernel.levers()


def test_an_untreated_city_keeps_the_levers_and_nothing_else():
    mediation = make_policy("mediation")
    hired = tables(in_places(mediation, Treatment()), n_days=3)
    alone = tables(in_places(mediation, Treatment(levers="none")), n_days=3)
    assert same(alone, tables(make_policy("reactive"), n_days=3))
    assert not same(hired, alone)


def test_its_identity_is_its_list_and_it_keeps_the_contract(monkeypatch):
    monkeypatch.setattr(conformance, "FAST_MS", 1000.0)
    one, other = (in_places(make_policy("hotspot"), Treatment(segments=some)) for some in ((1, 2), (1, 3)))
    assert policy_identity(one) != policy_identity(other)
    assert policy_identity(one) == policy_identity(in_places(make_policy("hotspot"), Treatment(segments=(2, 1, 1))))
    assert policy_identity(one)["inner"]["name"] == "hotspot"
    assert pickle.loads(pickle.dumps(one)) == one
    assert "orders" in check_contract(one)
    nameless = type("Nameless", (Everywhere,), {"__doc__": "None.", "name": ""})
    with pytest.raises(InputError, match="name"):
        check_contract(in_places(nameless(), Treatment(segments=(1,))))


def test_means_given_to_the_strategy_are_not_lost():
    some = in_places(make_policy("hotspot(hours=0.5, fidelity=0.4)"), Treatment(segments=(1,)))
    assert (some.hours, some.fidelity) == (0.5, 0.4)


def test_it_composes_and_is_read_from_a_file(tmp_path):
    file = tmp_path / "treated.toml"
    file.write_text("segments = [3, 1]\nfirst_day = 2\nblackouts = [[4, 5]]\nlevers = 'none'\n")
    policy = make_policy(f"reactive until 2013-03-01 then hotspot(share=0.03) in {file} + mediation")
    assert isinstance(policy, Composed)
    placed = policy.stages[1][0]
    assert isinstance(placed, InPlaces)
    assert placed.where == Treatment(segments=(1, 3), first_day=2, blackouts=((4, 5),), levers="none")
    assert placed.inner == make_policy("hotspot(share=0.03)")
    assert policy.name == "reactive until 2013-03-01 then hotspot in 2 segments + mediation"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("segments = [1]\nlast_dya = 3", "last_day"),
        ("segments = [-1]", "from 0 on"),
        ("segments = [1]\nfirst_day = 9\nlast_day = 3", "must not come after"),
        ("segments = [1]\nblackouts = [[5, 3]]", "a first and a last day"),
        ("segments = [1]\ncrew = [0.5, 0.2]", "part of the force"),
        ("segments = 'all'", "segments"),
    ],
)
def test_a_file_of_places_that_means_nothing_is_refused_in_one_sentence(tmp_path, text, complaint):
    (tmp_path / "places.toml").write_text(text)
    with pytest.raises(InputError, match=complaint):
        make_policy(f"hotspot in {tmp_path / 'places.toml'}")
    with pytest.raises(InputError, match="must exist"):
        make_policy(f"hotspot in {tmp_path / 'none.toml'}")


def test_a_strategy_is_put_in_places_once(tmp_path):
    (tmp_path / "a.toml").write_text("segments = [1]")
    with pytest.raises(InputError, match="once, by one list"):
        make_policy(f"hotspot in {tmp_path / 'a.toml'} in {tmp_path / 'a.toml'}")


def test_a_list_for_a_large_city_passes_the_check_of_a_strategy(monkeypatch):
    monkeypatch.setattr(conformance, "FAST_MS", 1000.0)
    where = Treatment(segments=tuple(range(5000, 5600, 3)), districts=(70,), levers="none")
    rehearsed = check_policy(in_places(make_policy("mediation"), where))
    assert rehearsed.n_month > 0
    both = fitted(Composed(stages=((in_places(Everywhere(), where), make_policy("reactive")),)), 100, 4)
    assert both.stages[0][0].where.districts == (2,)
    assert both.stages[0][0].where.segments[-1] < 100


def test_places_that_the_city_does_not_have_are_refused_before_the_run():
    world = build_world(city(), 1)
    with pytest.raises(InputError, match="segments must be from 0 to 199, got 200"):
        take_command(world, in_places(make_policy("hotspot"), Treatment(segments=(200,))))
    with pytest.raises(InputError, match="districts must be from 0 to 3, got 4"):
        take_command(world, in_places(make_policy("hotspot"), Treatment(districts=(4,))))


def test_a_run_is_the_same_when_it_is_resumed():
    policy = in_places(make_policy("mediation"), Treatment(districts=(1,), first_day=2))
    first, kept, whole = build_world(city(), 5), {}, []
    for shift, rows in run_shifts(first, policy):
        if shift == 12:
            kept = {name: array.copy() for name, array in first.arrays().items()}
        whole.append(rows)
    rest = [rows for _, rows in run_shifts(build_world(city(), 5), policy, resume=(kept, 12))]
    for one, other in zip(whole[12:], rest, strict=True):
        assert all(frame_of(name, one[name]).equals(frame_of(name, other[name])) for name in one)
