"""A wrong argument of a strategy is told; it never comes back as an empty list, a default or another officer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.agents import tables
from sim.cli.main import main
from sim.errors import InputError
from sim.mesa_face.model import CommunityPolicingModel
from sim.policies import arguments, duties, visiting
from sim.policies.compose import Composed, check_switches
from sim.policies.contract.example import example_observation
from sim.policies.contract.registry import make_policy
from sim.policies.contract.rules import Limits, OrdersError, check_orders, check_organisation
from sim.policies.levers import Grid, Information, Levers, Team, check_levers
from sim.policies.maps import estimates
from sim.policies.protocol import Orders, Organisation, Task
from sim.policies.reactive import Reactive
from sim.scenarios.scenario import Scenario

SEEN = example_observation()
RNG = np.random.default_rng(1)
NUMBERS = {"weeks": ("8", True, np.nan, 0, -1, np.inf), "until": ("now", np.nan, True)}
SHARES = ("0.1", -0.1, 2, True, np.nan)
TYPES = (["robbery"], "robbery", [5], [-1], [1.5], [True], 2, [None])
MAPS = (estimates.count_map, estimates.last_year_map, estimates.kernel_map, estimates.self_exciting_map)


def test_roles_are_those_of_the_force():
    assert arguments.ROLES == tables.ROLES


@pytest.mark.parametrize("types", TYPES, ids=repr)
def test_types_of_crime_that_are_none_are_refused(types):
    wanted = r"types must be a list of numbers of crimes \(0 burglary, 1 robbery"
    for ask in (SEEN.counts, lambda **given: SEEN.hottest(0.1, **given)):
        with pytest.raises(InputError, match=wanted):
            ask(weeks=8, types=types)
    for score in MAPS:
        with pytest.raises(InputError, match=wanted):
            score(SEEN.brief, SEEN.record, until=SEEN.now, types=types)
    with pytest.raises(InputError, match=r"try types=\[3\]"):
        SEEN.counts(weeks=8, types=["assault"])


@pytest.mark.parametrize("types", [[2], (2,), {2}, np.array([2]), [np.uint8(2)], range(2, 3)], ids=repr)
def test_types_may_be_given_in_any_collection(types):
    assert np.array_equal(SEEN.counts(weeks=52, types=types), SEEN.counts(weeks=52, types=[2]))
    assert SEEN.counts(weeks=52, types=types).sum() == (SEEN.record.type == 2).sum()
    assert SEEN.counts(weeks=52, types=[]).sum() == 0


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NUMBERS.items() for value in values])
def test_times_that_are_none_are_refused(name, value):
    with pytest.raises(InputError, match=name):
        SEEN.counts(**{"weeks": 8, name: value})
    for score in MAPS:
        with pytest.raises((InputError, TypeError)):
            score(SEEN.brief, SEEN.record, **{"until": SEEN.now, name: value})


@pytest.mark.parametrize("share", SHARES, ids=repr)
def test_shares_that_are_none_are_refused(share):
    score = SEEN.counts(weeks=52)
    for ask in (
        lambda: SEEN.hottest(share, weeks=8),
        lambda: estimates.hottest(SEEN.brief, score, share),
        lambda: estimates.hottest_by_estimate(SEEN, share, weeks=8, until=SEEN.now),
        lambda: duties.spread_over_cells(SEEN.brief, ("foot",), share=share),
    ):
        with pytest.raises(InputError, match="share of"):
            ask()


@pytest.mark.parametrize("role", ["detectives", "Foot", ("foot",), 1])
def test_roles_that_nobody_has_are_refused(role):
    for ask in (
        lambda: SEEN.with_role(role),
        lambda: duties.places_with_role(SEEN, role),
        lambda: duties.spread_over_cells(SEEN.brief, (role,)),
    ):
        with pytest.raises(InputError, match="a role must be one of response, foot"):
            ask()
    with pytest.raises(InputError, match=r"try \('foot',\)"):
        duties.spread_over_cells(SEEN.brief, "foot")


@pytest.mark.parametrize("place", [-1, len(SEEN.on_duty), 1.0, "0", True], ids=repr)
def test_a_place_on_duty_that_nobody_has_is_refused(place):
    for ask in (
        lambda: duties.streets_of(SEEN, place),
        lambda: visiting.visits_due(SEEN, [place], np.full(4, 30.0), RNG),
        lambda: duties.inspection_round(SEEN, place, RNG, dwell=5),
        lambda: duties.sessions(SEEN, [place], start=0, end=480, most=2),
    ):
        with pytest.raises(InputError, match=r"place in `seen\.on_duty`"):
            ask()


def test_scores_that_fit_no_city_are_refused():
    for score in (np.zeros(3), np.full(SEEN.brief.n_segments, np.nan)):
        with pytest.raises(InputError, match="one number for each of 200 segments"):
            estimates.hottest(SEEN.brief, score, 0.1)


@pytest.mark.parametrize(
    "wrong",
    [
        Task(0, "rounds", (1, 2.5, 3)),
        Task(0, "rounds", (1,), protected="no"),
        Task(0.0, "patrol"),
        Task(0, "rounds", (1,), dwell=np.nan),
        Task(0, "mediation", (1.0,)),
    ],
    ids=repr,
)
def test_tasks_of_the_wrong_kind_are_refused(wrong):
    with pytest.raises(OrdersError):
        check_orders(Orders((wrong,)), Limits("mine", frozenset({0}), 10, frozenset({1}), 480.0))


@pytest.mark.parametrize("lead", ["5", True, np.nan, -1])
def test_a_lead_that_is_no_time_is_refused(lead):
    whole = Organisation(SEEN.brief.cell, np.full(48, -1, np.int32), own_cell_min=lead)
    with pytest.raises(OrdersError, match="own_cell_min"):
        check_organisation(whole, policy="mine", n_segments=200, n_officers=48)


@pytest.mark.parametrize(
    ("levers", "said"),
    [
        (Levers(team=Team(auxiliaries="0.5")), "team.auxiliaries must be a number from 0 to 1000, got '0.5'"),
        (Levers(team=Team(auxiliaries=True)), "team.auxiliaries must be a number"),
        (Levers(team=Team(round_the_clock="no")), "team.round_the_clock must be True or False, got 'no'"),
        (Levers(grid=Grid(residents_a_cell=None)), "grid.residents_a_cell must be a number"),
        (Levers(grid=Grid(own_cell_min="3")), "grid.own_cell_min must be a number"),
        (Levers(information=Information(estimate=["kernel"])), "information.estimate must be one of"),
        (Levers(team=Grid()), "levers.team must be a Team"),
    ],
)
def test_levers_of_the_wrong_kind_are_refused(levers, said):
    with pytest.raises(InputError, match=said):
        check_levers(levers, policy="mine")


START = date(2014, 1, 1)


@pytest.mark.parametrize("when", ["2013-10-01", "2014-01-01", "2014-01-31", "2020-01-01"])
def test_a_stage_that_is_never_in_force_is_refused(when, tmp_path, capsys):
    scenario = Scenario().replace({"n_days": 30, "start": START})
    spec = f"reactive until {when} then hotspot"
    wanted = f"must lie after 2014-01-01 and no later than 2014-01-30, got {when}"
    with pytest.raises(InputError, match=wanted):
        check_switches(make_policy(spec), scenario.start, scenario.n_days)
    with pytest.raises(InputError, match=wanted):
        CommunityPolicingModel(scenario, spec, rng=1)
    run = ["run", "new_haven", "--policy", spec, "--days", "30", "--seed", "1", "--out", str(tmp_path / "run")]
    compare = [
        "compare",
        "new_haven",
        "--policies",
        f"reactive,{spec}",
        "--days",
        "30",
        "--out",
        str(tmp_path / "some"),
    ]
    for command in (run, compare):
        assert main(command) == 2
        assert "each stage must be in force" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_stages_on_the_second_and_on_the_last_day_are_in_force():
    two = make_policy("reactive until 2014-01-02 then hotspot until 2014-01-30 then grid")
    check_switches(two, START, 30)
    assert [two.parts(date(2014, 1, day))[0].name for day in (1, 2, 29, 30)] == [
        "reactive",
        "hotspot",
        "hotspot",
        "grid",
    ]


def test_stages_without_dates_are_refused():
    for dates in ((), (date(2014, 5, 1), date(2014, 4, 1))):
        with pytest.raises(ValueError, match="dates"):
            Composed(stages=((Reactive(),), (Reactive(),)), dates=dates)
    with pytest.raises(ValueError, match="one strategy at least"):
        Composed(stages=((),))


def test_an_observation_may_still_be_replaced():
    assert len(replace(SEEN, on_duty=SEEN.on_duty[:1], role=SEEN.role[:1]).with_role(*arguments.ROLES)) == 1
