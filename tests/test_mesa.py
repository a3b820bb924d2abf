"""The Mesa face as a Mesa user meets it: steps, agents, data collection, and the ledger of a plain run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mesa import DataCollector, Model
from mesa.agent import AgentSet
from small_force import FEW

from sim.agents.events import LEDGER
from sim.agents.residents import where_is
from sim.engine import simulate
from sim.errors import InputError
from sim.mesa_face.agents import Offender, Officer, Resident
from sim.mesa_face.model import CommunityPolicingModel
from sim.params import CRIMES
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario

SCENARIO = Scenario().replace(
    {
        "n_days": 3,
        "city.streets": "grid",
        "city.n_segments": 200,
        "people.n_residents": 800,
        "offending.searches_per_year": 500,
        "migrants.mean_vacancy_days": 1.0,
        "force.n_districts": 4,
    }
    | FEW
)
STEPS_A_SHIFT = SCENARIO.clock.ticks_a_shift


def make_model(**changes):
    return CommunityPolicingModel(**({"scenario": SCENARIO, "policy": "hotspot", "rng": 5} | changes))


@pytest.fixture(scope="module")
def finished():
    model = make_model()
    model.run_model()
    return model


@pytest.fixture(scope="module")
def plain_run():
    return simulate(SCENARIO, make_policy("hotspot"), 5)


@pytest.fixture
def evening():
    """A model an hour into the evening of its first day, when people are about and officers out of their briefing."""
    model = make_model(collect_every=0)
    model.run_for(2 * STEPS_A_SHIFT + 12)
    return model


@pytest.mark.parametrize("name", LEDGER)
def test_ledger_is_that_of_a_plain_run(finished, plain_run, name):
    pd.testing.assert_frame_equal(finished.table(name), plain_run.tables[name])
    assert len(finished.table("offences")) > 5


@pytest.mark.parametrize("name", LEDGER)
def test_steps_by_shift_give_the_same_ledger(plain_run, name):
    model = make_model(step_by="shift")
    while model.running:
        model.step()
    assert model.steps == SCENARIO.n_days * 3
    pd.testing.assert_frame_equal(model.table(name), plain_run.tables[name])


def test_looking_changes_nothing(plain_run):
    model = make_model(datacollector=DataCollector(agent_reporters={"pos": "pos"}), collect_every=STEPS_A_SHIFT)
    while model.running:
        model.step()
        model.table("offences")
    pd.testing.assert_frame_equal(model.table("offences"), plain_run.tables["offences"])


def test_it_is_a_mesa_model(finished):
    assert isinstance(finished, Model)
    assert finished.steps == SCENARIO.n_days * 3 * STEPS_A_SHIFT
    assert finished.running is False
    assert finished.time == SCENARIO.n_days * 1440


def test_its_scenario_is_ours_in_every_version_of_mesa():
    model = make_model()
    assert model.scenario is SCENARIO
    assert model.scenario.people.n_residents == 800


def test_a_run_that_has_ended_cannot_go_on(finished):
    with pytest.raises(InputError, match="the run ended after 3 days; a longer one needs a larger n_days"):
        finished.step()


def test_run_for_stops_at_the_end():
    model = make_model(step_by="shift")
    model.run_for(4)
    assert (model.steps, model.time, model.running) == (4, 4 * 480, True)
    model.run_for(100)
    assert (model.steps, model.running) == (9, False)


def test_a_row_of_the_data_collector_for_every_step_and_the_start(finished, plain_run):
    rows = finished.datacollector.get_model_vars_dataframe()
    assert len(rows) == finished.steps + 1
    assert rows["time"].tolist() == [5 * i for i in range(len(rows))]
    of_type = plain_run.tables["offences"]["type"].value_counts()
    assert {crime: rows[crime].iloc[-1] for crime in CRIMES} == {crime: of_type[crime] for crime in CRIMES}
    assert rows["calls"].iloc[-1] == plain_run.tables["days"]["n_calls"].sum()
    assert rows["trust"].iloc[-1] == pytest.approx(plain_run.tables["days"]["trust"].iloc[-1], abs=1e-6)
    assert rows[[*CRIMES, "calls"]].diff().min().min() == 0
    assert rows["officers_busy"].max() > 0


def test_offences_so_far_are_those_until_now(plain_run):
    model = make_model()
    model.run_for(400)
    rows = model.datacollector.get_model_vars_dataframe()
    for step in (100, 300, 400):
        happened = (plain_run.tables["offences"]["t"] < 5 * step).sum()
        assert rows[list(CRIMES)].iloc[step].sum() == happened


def test_collect_every_thins_the_rows_out():
    model = make_model(collect_every=12)
    model.run_for(60)
    assert model.datacollector.get_model_vars_dataframe()["time"].tolist() == [0, 60, 120, 180, 240, 300]
    silent = make_model(collect_every=0)
    silent.run_for(60)
    assert silent.datacollector.get_model_vars_dataframe().empty


def test_agent_reporters_give_a_row_an_agent(evening):
    reporters = {"trust": lambda agent: getattr(agent, "trust", None), "place": "pos"}
    by_type = {Offender: {"rate": "rate"}}
    evening.datacollector = DataCollector(agent_reporters=reporters, agenttype_reporters=by_type)
    evening.collect_every = 1
    evening.step()
    rows = evening.datacollector.get_agent_vars_dataframe()
    assert rows.index.is_unique
    assert len(rows) == len(evening.agents)
    trust = evening.world.state.residents["trust"]
    when = rows.index[0][0]
    assert when in (evening.steps, evening.time)  # Mesa 3.5 and newer index by time, the others by step
    assert rows.loc[(when, 3), "trust"] == trust[3]
    rates = evening.datacollector.get_agenttype_vars_dataframe(Offender)["rate"]
    assert sorted(rates) == sorted(evening.world.state.offenders["rate"].tolist())


def test_agents_are_made_when_asked_for_only(finished):
    assert finished._views is None


def test_agents_are_a_set_as_mesa_knows_it(evening):
    agents = evening.agents
    state = evening.world.state
    assert isinstance(agents, AgentSet)
    assert (
        len({agent.unique_id for agent in agents})
        == len(agents)
        == state.residents["present"].sum() + len(state.officers)
    )
    assert [kind.__name__ for kind in evening.agents_by_type] == ["Resident", "Offender", "Officer"]
    assert evening.agent_types == list(evening.agents_by_type)
    residents = evening.agents_by_type[Resident]
    assert residents.agg("security", np.mean) == pytest.approx(state.residents["security"].mean(), rel=1e-4)
    assert residents.get(["home", "age"])[7] == [state.residents["home"][7], state.residents["age"][7]]
    renters = residents.select(lambda agent: agent.renting == 1)
    assert len(agents.select(agent_type=Resident)) == len(residents)
    assert len(renters) == state.residents["renting"].sum()
    assert set(residents.groupby("where").groups) <= {"home", "work", "leisure_a", "leisure_b", "travelling", "away"}
    assert next(iter(residents.sort("age", ascending=True))).age == state.residents["age"].min()
    assert len(agents.shuffle()) == len(agents)


def test_offenders_are_residents(evening):
    offenders = evening.agents_by_type[Offender]
    table = evening.world.state.offenders
    assert [who.unique_id for who in offenders] == sorted(table["resident"].tolist())
    one = next(iter(offenders))
    assert one in evening.agents_by_type[Resident]
    assert one.rate == table["rate"][one.offender]
    assert one.age == evening.world.state.residents["age"][one.unique_id]
    assert one.mix == table["mix"][one.offender].tolist()


def test_officers_come_after_residents(evening):
    state = evening.world.state
    officers = evening.agents_by_type[Officer]
    assert [who.unique_id for who in officers] == [len(state.residents) + row for row in range(len(state.officers))]
    assert {who.role for who in officers} == {"response", "foot", "community", "detective"}
    out = [who for who in officers if who.pos is not None]
    assert out
    assert all(who.on_duty and who.pos == state.officers["segment"][who.row] for who in out)


def test_agents_are_live(evening):
    person = next(iter(evening.agents_by_type[Resident]))
    was = [who.pos for who in evening.agents_by_type[Resident]]
    assert was == [where_is(evening.world.state, who.row) for who in evening.agents_by_type[Resident]]
    evening.world.state.residents["trust"][0] = 0.25
    assert person.trust == 0.25
    evening.step()
    assert [who.pos for who in evening.agents_by_type[Resident]] != was


def test_who_has_left_the_city_is_no_agent_any_more(evening):
    before = len(evening.agents)
    evening.world.state.residents["present"][5] = 0
    assert len(evening.agents) == before - 1
    assert 5 not in {who.unique_id for who in evening.agents_by_type[Resident]}


def test_agents_do_not_act(evening):
    person = next(iter(evening.agents))
    with pytest.raises(AttributeError, match=r"trust of Resident 0 cannot be set: the rules live in tables"):
        person.trust = 1.0
    with pytest.raises(AttributeError):
        person.pos = 3
    for refused in (
        lambda: evening.agents.shuffle_do("step"),
        lambda: evening.agents.do("step"),
        lambda: evening.agents.select(at_most=3).shuffle_do("step"),
        person.remove,
        lambda: evening.register_agent(person),
    ):
        with pytest.raises(InputError, match="the rules live in tables"):
            refused()


def test_an_attribute_of_ones_own_may_be_set(evening):
    next(iter(evening.agents)).colour = "red"
    assert next(iter(evening.agents)).colour == "red"


def test_columns_say_what_they_mean():
    assert Resident.trust.__doc__ == "trust in the police: its five parts added up, as of security (0 to 1)"
    shown = [str(about.__doc__) for kind in (Resident, Offender, Officer) for about in vars(kind).values()]
    assert len(shown) > 50
    assert not [words for words in shown if words.startswith("the same") or words.endswith("the same (0 to 1)")]
    with pytest.raises(AttributeError):
        Officer.trust  # noqa: B018


def test_the_page_for_users_of_mesa_does_what_it_says():
    text = (Path(__file__).parents[1] / "docs" / "mesa.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    said: dict[str, object] = {}
    exec(code, said)
    assert len(said["rows"]) == said["model"].steps + 1 == 2 * 288 + 1
    assert len(said["offences"]) == said["rows"][list(CRIMES)].iloc[-1].sum()


def test_the_seed_may_come_from_a_generator():
    drawn = int(np.random.default_rng(9).integers(2**63))
    assert make_model(rng=np.random.default_rng(9)).world.seed == drawn
    assert make_model(rng=None).world.seed != make_model(rng=None).world.seed
    with pytest.raises(InputError, match="rng must be a whole number from 0"):
        make_model(rng=-1)
    with pytest.raises(InputError, match="step_by must be 'tick' or 'shift'"):
        make_model(step_by="day")
