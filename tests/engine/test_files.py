"""Files begin with the arrests of the years before; only a list of known offenders reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import digest, play, scenario

from sim.agents.population.files import _draw_counts, build_files
from sim.agents.state import State
from sim.clock import YEAR_DAYS, YEAR_MIN
from sim.observation import observe
from sim.policies.contract.registry import make_policy
from sim.world import build_world

TOWN: dict[str, Any] = {
    "people__n_residents": 6000,
    "city__n_segments": 300,
    "offending__share_offending": 0.5,
    "migrants__share_of_residents": 0.2,
    "investigation__file_years": 5.0,
    "investigation__arrests_per_search": 0.01,
}


def town(**changes: Any) -> State:
    """Make a town before its first tick."""
    return build_world(scenario(**TOWN | changes), 1).state


def test_who_offends_most_is_on_file_most_as_often_as_the_rates_say():
    w = town()
    who = w.residents[w.offenders["resident"]]
    n = w.files["n_cases"][w.offenders["resident"]].astype(float)
    local = (who["migrant"] == 0) & (who["age"] >= 17) & (who["present"] == 1)
    mean = w.offenders["rate"].astype(float) * YEAR_MIN * 5.0 * 0.01
    assert n[local].sum() == pytest.approx(mean[local].sum(), rel=0.05)
    # Counts of the Poisson distribution, whatever the mean.
    for few in (mean < 1.0, (mean > 1.0) & (mean < 5.0), mean > 5.0):
        some = few & local
        assert some.sum() > 50
        assert abs(n[some].sum() - mean[some].sum()) < 4.0 * np.sqrt(mean[some].sum())
    assert w.files["n_cases"].sum() == n.sum(), "nobody else is on file"
    known = w.files["n_cases"] > 0
    assert (w.files["key"][known] == w.residents["key"][known]).all()
    days = w.files["case_day"][known]
    assert -5.0 * YEAR_DAYS <= days.min() < days.max() < 0.0


def test_nobody_is_on_file_for_the_time_before_twelve_or_before_moving_here():
    w = town()
    who = w.residents[w.offenders["resident"]]
    n, rate = w.files["n_cases"][w.offenders["resident"]].astype(float), w.offenders["rate"].astype(float)
    adult = (who["age"] >= 17) & (who["present"] == 1)
    newcomers, locals_ = adult & (who["migrant"] == 1), adult & (who["migrant"] == 0)
    stay = -who["arrived"][newcomers] / YEAR_MIN
    assert stay.max() < 5.0
    each = n[newcomers].sum() / rate[newcomers].sum() / (n[locals_].sum() / rate[locals_].sum())
    assert each == pytest.approx(stay.mean() / 5.0, rel=0.3)
    assert n[who["age"] == 12].sum() == 0.0
    assert n[who["present"] == 0].sum() == 0.0


def test_files_of_a_person_hang_on_no_other_and_more_years_strike_nobody_off():
    w, more = town(), town(investigation__file_years=10.0)
    assert (more.files["n_cases"] >= w.files["n_cases"]).all()
    assert more.files["n_cases"].sum() > 1.5 * w.files["n_cases"].sum()
    half = w.offenders[::2]
    some = build_files(scenario(**TOWN), w.residents, half, 1)
    assert (some[half["resident"]] == w.files[half["resident"]]).all()
    assert town(investigation__file_years=0.0).files["n_cases"].sum() == 0


def test_a_list_is_full_from_the_first_evening_and_without_files_there_is_none():
    policy = "known_offenders(listed=1,least_cases=2,officers_share=1)"
    known, empty = scenario(n_days=2), scenario(n_days=2, investigation__file_years=0.0)
    seen = observe(build_world(known, 1))
    assert len(make_policy(policy).named(seen)) == 2
    assert play(known, make_policy(policy))["days"]["n_supervision"][0] > 0
    assert play(empty, make_policy(policy))["days"]["n_supervision"].sum() == 0


@pytest.mark.parametrize("policy", ["reactive", "hotspot"])
def test_nothing_else_reads_the_files(policy):
    """Whoever is on file is not found, stopped or suspected for it: not a byte of a run without such a list moves."""
    runs = [play(scenario(n_days=4, investigation__file_years=years), make_policy(policy)) for years in (0.0, 20.0)]
    assert digest(runs[0]) == digest(runs[1])


def test_counts_rise_with_the_mean_and_end_somewhere():
    u = np.full(4, 0.5)
    assert _draw_counts(np.array([0.0, 1.0, 10.0, 1e6]), u).tolist() == [0, 1, 10, 200]
