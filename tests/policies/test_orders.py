"""Orders are checked, entered in the tables, and refused in words that say what would work."""

from dataclasses import replace

import numpy as np
import pytest
from made_up_world import make_world

from sim.agents import tables
from sim.observation import observe
from sim.orders import OrdersError, carry_out, duty_minutes, organise
from sim.policies import protocol
from sim.policies.contract.registry import make_policy
from sim.policies.protocol import Orders, Organisation, Task

NOW = 70 * 1440 + 480.0


def rows_of(world, officer):
    row = world.state.officers[officer]
    return world.state.tasks[row["task"] : row["tasks_end"]]


def test_protocol_and_tables_use_the_same_words():
    assert protocol.TASK_KINDS == tables.TASKS


def test_without_orders_police_patrol_and_detectives_and_civilians_sit_at_their_desks(world):
    world.state.officers["cell"][9] = 2
    carry_out(world, Orders(), policy="none")

    for officer in range(8, 16):
        (row,) = rows_of(world, officer)
        indoors = tables.ROLES[world.state.officers["role"][officer]] in ("detective", "mediator")
        assert row["kind"] == (tables.TASK_DESK if indoors else tables.TASK_PATROL)
        assert (row["start"], row["end"]) == (NOW, NOW + 480)
        assert row["cell"] == (2 if officer == 9 else -1)


def test_who_does_not_start_the_shift_has_no_task(world):
    world.state.officers["task"] = 5
    carry_out(world, Orders(), policy="none")

    off = np.flatnonzero(world.state.officers["on_duty"] == 0)
    assert np.all(world.state.officers["task"][off] == -1)


def test_a_task_is_entered_as_ordered(world):
    task = Task(
        8,
        "rounds",
        (5, 3, 7),
        dwell=12.0,
        start=60,
        end=300,
        cell=2,
        stops_per_hour=1.5,
        p_suspicion=0.1,
        protected=True,
    )
    carry_out(world, Orders((task,)), policy="p")
    before, row, after = rows_of(world, 8)

    assert tables.TASKS[row["kind"]] == "rounds"
    assert (row["start"], row["end"]) == (NOW + 60, NOW + 300)
    assert world.state.targets[row["target_start"] :][: row["target_n"]].tolist() == [5, 3, 7]
    assert (row["dwell"], row["cell"], row["stops_per_hour"], row["protected"]) == (12.0, 2, 1.5, 1)
    assert row["p_suspicion"] == np.float32(0.1)
    assert (before["end"], after["start"], after["end"]) == (row["start"], row["end"], NOW + 480)
    assert world.state.officers["target_at"][8] == 0


def test_tasks_are_contiguous_by_officer_and_ordered_by_time_whatever_the_order_given(world):
    given = [
        Task(12, "problem", (4,), start=240, end=480),
        Task(8, "post", (1,), start=100, end=200),
        Task(12, "visits", (9, 8), start=0, end=240),
        Task(8, "post", (2,), start=0, end=100),
    ]
    carry_out(world, Orders(tuple(given)), policy="p")
    n = int(world.state.officers["tasks_end"].max())
    used = world.state.tasks[:n]

    assert np.all(np.diff(used["officer"]) >= 0)
    for officer in range(8, 16):
        mine = rows_of(world, officer)
        assert np.all(mine["officer"] == officer)
        assert mine["start"][0] == NOW
        assert mine["end"][-1] == NOW + 480
        assert np.array_equal(mine["start"][1:], mine["end"][:-1])
    targets = [world.state.targets[r["target_start"] :][: r["target_n"]].tolist() for r in rows_of(world, 12)]
    assert targets == [[9, 8], [4]]


def test_habits_of_the_scenario_fill_what_is_left_open(world):
    carry_out(world, Orders((Task(8, "post", (1,)), Task(15, "visits", (1,)))), policy="p")
    force = world.scenario.force

    assert rows_of(world, 8)["stops_per_hour"] == np.float32(force.stops_per_hour)
    assert rows_of(world, 8)["p_suspicion"] == np.float32(force.p_suspicion)
    assert rows_of(world, 15)["stops_per_hour"] == 0  # a mediator


def test_a_known_dispute_may_be_mediated(world):
    carry_out(world, Orders((Task(15, "mediation", (3, 1)),)), policy="p")

    row = rows_of(world, 15)[0]
    assert world.state.targets[row["target_start"] :][:2].tolist() == [3, 1]


def test_every_task_is_logged(world):
    world.state.out.n["orders"] = 3
    carry_out(world, Orders((Task(8, "rounds", (5, 3), start=0, end=240),)), policy="p")
    n = int(world.state.officers["tasks_end"].max())
    logged = world.state.out.orders[3 : 3 + n]

    assert world.state.out.n["orders"][0] == 3 + n
    assert np.all(logged["t"] == NOW)
    assert logged["officer"].tolist() == world.state.tasks["officer"][:n].tolist()
    assert logged["n_targets"].sum() == 2
    assert not world.state.out.orders[:3]["t"].any()


SOUND = Task(8, "rounds", (5, 3), start=0, end=240)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"officer": 3}, "officer 3: only officers who start this shift"),
        ({"officer": 999}, "on_duty"),
        ({"kind": "sleep"}, "one of patrol, rounds"),
        ({"targets": ()}, "at least one target"),
        ({"targets": (200,)}, "segments from 0 to 199, got 200"),
        ({"targets": (5, -1)}, "got -1"),
        ({"targets": (5.5,)}, "numbers"),
        ({"targets": None}, "numbers"),
        ({"kind": "patrol"}, "names no targets"),
        ({"kind": "mediation", "targets": (0,)}, "dispute 0 is not known"),
        ({"kind": "mediation", "targets": (39,)}, "dispute 39 is not known"),
        ({"dwell": 0}, "dwell must be more than 0"),
        ({"dwell": float("nan")}, "dwell"),
        ({"start": -1}, "within 0 and 480"),
        ({"end": 481}, "within 0 and 480"),
        ({"start": 240}, "within 0 and 480"),
        ({"cell": 9}, "cell must be one from 0 to 3"),
        ({"cell": -2}, "cell"),
        ({"stops_per_hour": -1}, "stops_per_hour"),
        ({"p_suspicion": 1.1}, "p_suspicion"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused_and_changes_nothing(world, changes, said):
    before = world.state.officers.copy(), world.state.tasks.copy(), world.state.out.n.copy()
    with pytest.raises(OrdersError) as caught:
        carry_out(world, Orders((replace(SOUND, **changes),)), policy="mine")

    assert said in str(caught.value)
    assert "policy 'mine', officer" in str(caught.value)
    after = world.state.officers, world.state.tasks, world.state.out.n
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_tasks_that_overlap_are_refused(world):
    with pytest.raises(OrdersError, match=r"officer 8.*start the second at 240"):
        carry_out(world, Orders((SOUND, Task(8, "post", (1,), start=239))), policy="p")


@pytest.mark.parametrize("orders", [None, [SOUND], Orders((1,))])
def test_only_orders_are_orders(world, orders):
    with pytest.raises(OrdersError, match="policy 'p'"):
        carry_out(world, orders, policy="p")


@pytest.mark.parametrize("what", ["tasks", "targets", "orders in the ledger"])
def test_a_full_table_is_refused(world, what):
    many = Orders(tuple(Task(8, "post", (i,) * 60, start=i, end=i + 1) for i in range(100)))
    if what == "targets":
        many = Orders((Task(8, "rounds", tuple(range(200)) * (1 + len(world.state.targets) // 200)),))
    if what == "orders in the ledger":
        many = Orders()
        world.state.out.n["orders"] = len(world.state.out.orders) - 1

    with pytest.raises(OrdersError, match=f"room for .* {what}"):
        carry_out(world, many, policy="p")


def test_nobody_on_duty_is_no_error(world):
    world.state.officers["on_duty"] = world.state.officers["duty_end"] = 0
    carry_out(world, Orders(), policy="p")

    assert np.all(world.state.officers["task"] == -1)
    assert duty_minutes(world) == 0
    assert world.state.out.n["orders"][0] == 0


def test_the_budget_is_the_duty_of_the_shift(world):
    assert duty_minutes(world) == 8 * 480


def test_an_organisation_is_entered(world):
    cell = np.arange(200) % 7
    organise(world, Organisation(cell=cell, officer_cell=np.arange(24) % 7, own_cell_min=4.0), policy="p")

    assert np.array_equal(world.state.cells, cell)
    assert np.array_equal(world.state.officers["cell"], np.arange(24) % 7)
    assert world.state.p["own_cell_min"][0] == 4.0


def test_an_organisation_leaves_the_dispatch_rule_of_the_scenario(world):
    world.state.p["own_cell_min"] = 3.0
    policy = make_policy("reactive(patrol_in=district)")
    organise(world, policy.organise(observe(world).brief), policy="reactive")

    assert world.state.p["own_cell_min"][0] == 3.0
    roles = np.array(tables.ROLES)[world.state.officers["role"]]
    assert np.all(world.state.officers["cell"][np.isin(roles, ("response", "foot"))] >= 0)
    assert np.all(world.state.officers["cell"][~np.isin(roles, ("response", "foot"))] == -1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cell": np.zeros(3, int)}, "each segment (200)"),
        ({"cell": np.zeros(200)}, "float64"),
        ({"cell": np.full(200, -1)}, "0 or more"),
        ({"officer_cell": np.zeros(3, int)}, "each officer (24)"),
        ({"officer_cell": np.full(24, 9)}, "officer 0: officer_cell"),
        ({"own_cell_min": -1.0}, "own_cell_min"),
        ({"own_cell_min": float("nan")}, "own_cell_min"),
    ],
)
def test_a_wrong_organisation_is_refused_and_changes_nothing(world, changes, said):
    sound = Organisation(cell=np.zeros(200, np.int32), officer_cell=np.full(24, -1, np.int32))
    before = world.state.cells.copy()
    with pytest.raises(OrdersError) as caught:
        organise(world, replace(sound, **changes), policy="mine")

    assert said in str(caught.value)
    assert "policy 'mine'" in str(caught.value)
    assert np.array_equal(world.state.cells, before)


@pytest.mark.parametrize("spec", ["reactive", "reactive(patrol_in=district)", "hotspot"])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_strategies_run_from_briefing_to_orders(spec, shift):
    world = make_world(shift=shift, n_officers=48, n_incidents=2000)
    policy = make_policy(spec)
    organise(world, policy.organise(observe(world).brief), policy=policy.name)
    carry_out(world, policy.decide(observe(world), np.random.default_rng(1)), policy=policy.name)

    on_duty = observe(world).on_duty
    n = int(world.state.officers["tasks_end"].max())
    minutes = (world.state.tasks["end"] - world.state.tasks["start"])[:n].sum()
    assert minutes == duty_minutes(world) == 480 * len(on_duty)
