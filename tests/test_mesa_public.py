"""The public names of Mesa on our model: they work, or refuse in a sentence; none does something else in silence."""

from __future__ import annotations

import copy
import pickle

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa import DataCollector
from mesa.agent import AgentSet
from mesa.batchrunner import batch_run
from test_mesa import SCENARIO, STEPS_A_SHIFT, make_model

from sim.errors import InputError
from sim.mesa_face.agents import Officer, Resident
from sim.mesa_face.model import CommunityPolicingModel
from sim.policies.contract.registry import make_policy

N_STEPS = SCENARIO.n_days * 3
OF_THE_SET = {
    "select in place": lambda agents: agents.select(at_most=3, inplace=True),
    "sort in place": lambda agents: agents.sort("unique_id", inplace=True),
    "shuffle in place": lambda agents: agents.shuffle(inplace=True),
    "add": lambda agents: agents.add(agents[0]),
    "discard": lambda agents: agents.discard(agents[0]),
    "remove": lambda agents: agents.remove(agents[0]),
    "pop": lambda agents: agents.pop(),
    "clear": lambda agents: agents.clear(),
    "do remove": lambda agents: agents.do("remove"),
    "set a column": lambda agents: agents.set("key", 0),
}
OF_THE_MODEL = {
    "remove all": lambda model: model.remove_all_agents(),
    "deregister": lambda model: model.deregister_agent(model.agents[0]),
    "assign": lambda model: setattr(model, "agents", []),
    "create": lambda model: Resident.create_agents(model, 3),
    "reset the random numbers": lambda model: model.reset_randomizer(3),
    "reset the generator": lambda model: model.reset_rng(3),
}


@pytest.fixture(scope="module")
def model():
    made = make_model(step_by="shift", collect_every=0)
    made.run_for(2)
    return made


@pytest.mark.parametrize("what", OF_THE_SET)
def test_the_agents_of_a_model_cannot_be_changed(model, what):
    before = [who.unique_id for who in model.agents]
    with pytest.raises((InputError, AttributeError), match="cannot be"):
        OF_THE_SET[what](model.agents)
    assert [who.unique_id for who in model.agents] == before


@pytest.mark.parametrize("what", OF_THE_MODEL)
def test_a_model_refuses_what_its_run_would_not_know_of(model, what):
    n = len(model.agents)
    with pytest.raises(InputError):
        OF_THE_MODEL[what](model)
    assert len(model.agents) == n


def test_a_set_of_ones_own_may_be_changed(model):
    n = len(model.agents)
    for mine in (copy.copy(model.agents), model.agents.select(), model.agents.shuffle(), copy.deepcopy(model.agents)):
        assert isinstance(mine, AgentSet)
        assert len(mine) == n
        mine.select(lambda who: isinstance(who, Officer), inplace=True)
        mine.sort("unique_id", inplace=True).shuffle(inplace=True)
        mine.discard(mine[0])
        assert 0 < len(mine) < n
    assert len(model.agents) == n
    assert model.agents.do(lambda who: None) is model.agents
    assert len(model.agents.map(lambda who: who.unique_id)) == n
    assert model.agents_by_type[Officer].groupby("role").agg("skill", np.mean)


@pytest.mark.parametrize(
    "way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copy", "pickle"]
)
def test_a_copy_of_a_model_goes_on_as_the_model_does(way):
    model = make_model(step_by="shift")
    model.run_for(4)
    assert len(model.agents) > 800  # with its agents made
    other = way(model)
    assert other.world.state.residents is not model.world.state.residents
    for one in (model, other):
        one.run_model()
    assert next(iter(other.agents)).model is other
    for name in ("offences", "calls", "contacts", "days"):
        pd.testing.assert_frame_equal(other.table(name), model.table(name))
    rows, others = (one.datacollector.get_model_vars_dataframe() for one in (model, other))
    pd.testing.assert_frame_equal(others, rows)
    assert len(rows) == N_STEPS + 1


@pytest.mark.parametrize("policy", ["hotspot", make_policy("hotspot")], ids=["name", "value"])
def test_batch_run_takes_a_scenario_and_a_policy_as_one_value(policy):
    parameters = {
        "scenario": SCENARIO, "policy": policy, "rng": [1, 2], "step_by": "shift", "collect_start": False,
    }  # fmt: skip
    results = batch_run(CommunityPolicingModel, parameters, iterations=1, display_progress=False)
    assert [row["rng"] for row in results] == [1, 2]
    for row in results:
        model = make_model(policy="hotspot", rng=row["rng"], step_by="shift")
        model.run_model()
        last = model.datacollector.get_model_vars_dataframe().iloc[-1]
        assert row["time"] == last["time"] == SCENARIO.n_days * 1440
        assert row["calls"] == last["calls"]
        assert row["scenario"] is SCENARIO


def test_batch_run_gives_each_step_its_own_row():
    parameters = {"scenario": [SCENARIO], "policy": "reactive", "rng": 1, "step_by": "shift", "collect_start": False}
    results = batch_run(CommunityPolicingModel, parameters, data_collection_period=1, display_progress=False)
    assert [row["time"] for row in results] == [480 * (1 + step) for step in range(N_STEPS)]


def test_the_row_of_the_start_can_be_left_out():
    with_start, without = (make_model(step_by="shift", collect_start=start) for start in (True, False))
    for one in (with_start, without):
        one.run_for(3)
    times = [one.datacollector.get_model_vars_dataframe()["time"].tolist() for one in (with_start, without)]
    assert times == [[0, 480, 960, 1440], [480, 960, 1440]]


def test_tables_and_reporters_of_every_kind_can_be_collected():
    collector = DataCollector(
        model_reporters={"steps": "steps", "calls": lambda one: len(one.table("calls")), "sum": [sum, [[1, 2]]]},
        agenttype_reporters={Officer: {"role": "role", "place": lambda who: who.pos}},
        tables={"notes": ["step", "what"]},
    )
    model = make_model(datacollector=collector, collect_every=STEPS_A_SHIFT)
    model.run_for(STEPS_A_SHIFT)
    model.datacollector.add_table_row("notes", {"step": 1, "what": "begun"})
    assert model.datacollector.get_model_vars_dataframe()["sum"].tolist() == [3, 3]
    assert len(model.datacollector.get_table_dataframe("notes")) == 1
    rows = model.datacollector.get_agenttype_vars_dataframe(Officer)
    assert len(rows) == 2 * len(model.agents_by_type[Officer])
    assert mesa.__version__ >= "3.3"
