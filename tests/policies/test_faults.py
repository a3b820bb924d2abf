"""Each of the five faults shows beyond its interval in what it acts through, in towns where it is strong by design."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.agents.population.work import expected_work
from sim.city.cells.methods import divide
from sim.engine import simulate
from sim.ledger.force import list_force
from sim.outcomes.cells import gini_of_rates
from sim.outcomes.summary import summarise
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario, load_scenario

SEEDS = (1, 2, 3, 4)
T_975 = 3.18
"""Of the t distribution with three degrees of freedom: four pairs."""
TOWN = Scenario().replace(
    {"city.streets": "organic", "city.n_segments": 80, "people.n_residents": 1000, "people.share_renting": 0.7,
     "people.share_65": 0.3,
     "migrants.share_of_residents": 0.3, "migrants.mean_stay_days": 100.0, "n_days": 130, "force.n_response": 9,
     "force.n_foot": 3, "force.n_community": 6, "force.n_detective": 2, "force.n_districts": 2,
     "attitudes.p_attends": 0.2, "offending.searches_per_year": 8.0, "helpers.join_per_year": 2.0}
)  # fmt: skip
MENDED = "reform(auxiliaries=6, residents_a_cell=300, letters_days=30, meetings_days=20, others_days=0{})"
ZHENGZHOU = (
    load_scenario("zhengzhou")
    .replace(
        {
            "policy": "reactive",
            "compare": ("reactive",),
            "start": "2014-10-01",
            "n_days": 90,
            "timeline": (),
            "demand.referred_traffic": 0.0,
            "demand.referred_welfare": 0.0,
            "demand.place_call_spread": 0.0,
            "demand.household_call_spread": 0.0,
        }
    )
    .at_scale(1000.0)
)
CELLS = "reform(community_share=0, auxiliaries=0.35, residents_a_cell=1000{})"
FAULTS = {
    "weak_team": {"fair_contacts_pct": -1},
    "late_information": {"registered_again_pct": +1, "visits_old_alone_a_year": -1},
    "poor_appraisal": {"hollow_visits_pct": +1, "visits_met_pct": -1},
    "little_participation": {"know_services_pct": -1, "attended_per_1000": -1, "volunteers_per_1000": -1},
}
"""What a fault must do to which measure."""


@cache
def measured(town: str, policy: str, seed: int) -> pd.Series:
    what = {"town": TOWN, "zhengzhou": ZHENGZHOU}[town]
    done = simulate(what, make_policy(policy), seed)
    return summarise(done.tables, n_days=what.n_days, force=list_force(done.world.state))


def interval(town: str, mended: str, fault: str, measure: str) -> tuple[float, float]:
    """Give the 95 % interval of what a fault does to a measure, over pairs of runs of one seed."""
    with_fault = mended.format(f", {fault}=true" if fault else "")
    pairs = [
        measured(town, with_fault, seed)[measure] - measured(town, mended.format(""), seed)[measure] for seed in SEEDS
    ]
    half = T_975 * np.std(pairs, ddof=1) / np.sqrt(len(pairs))
    return float(np.mean(pairs) - half), float(np.mean(pairs) + half)


def shows(low: float, high: float, sign: int) -> bool:
    return low > 0.0 if sign > 0 else high < 0.0


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "measure", "sign"), [(f, m, s) for f, ms in FAULTS.items() for m, s in ms.items()])
def test_a_fault_shows_beyond_its_interval(fault, measure, sign):
    assert shows(*interval("town", MENDED, fault, measure), sign)
    assert not shows(*interval("town", MENDED, "", measure), sign)  # no fault, no difference


@pytest.mark.slow
def test_cells_cut_by_the_map_have_unequal_calls():
    assert shows(*interval("zhengzhou", CELLS, "bad_cells", "cell_calls_gini"), +1)


@pytest.mark.slow
def test_police_work_on_problem_places_and_agencies_add_to_it():
    mended = [simulate(TOWN, make_policy(MENDED.format(extra)), 1) for extra in ("", ", little_participation=true")]
    for run in mended:
        assert run.tables["days"]["officer_min_problem"].sum() > 600
    rows = [run.world.state.segments for run in mended]
    minutes = [float(run.tables["days"]["officer_min_problem"].sum()) for run in mended]
    more = [float(row["problem_min"].sum()) / spent for row, spent in zip(rows, minutes, strict=True)]
    assert more[0] > 1.3 * more[1]


@pytest.mark.slow
def test_patrol_goes_by_metres_of_street_and_not_by_calls_so_that_equal_work_is_not_equal_load():
    metres, calls = [], []
    for seed in SEEDS:
        run = simulate(ZHENGZHOU, make_policy("reactive"), seed)
        state, tables = run.world.state, run.tables
        work = expected_work(ZHENGZHOU.demand, state)
        cell = divide(run.world.city.streets, 10, "workload", weight=work, seed=0)
        minutes = np.bincount(cell[tables["segments"]["segment"]], tables["segments"]["police_min"], 10)
        metres.append(gini_of_rates(np.bincount(cell, state.segments["length_m"], 10), minutes))
        calls.append(gini_of_rates(np.bincount(cell[tables["calls"]["segment"]], minlength=10).astype(float), minutes))
    assert np.mean(metres) < 0.7 * np.mean(calls), (metres, calls)
