"""Offenders are as many as their parameters say, and of the sex and age that these say, within chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from worlds import scenario

from sim.agents.population.ages import share_of_ages
from sim.agents.population.offenders import FROM_AGE
from sim.agents.state import State
from sim.agents.tables import NONE
from sim.errors import InputError
from sim.world import build_city, build_world

TOWN: dict[str, Any] = {"people__n_residents": 40_000}
CITY = build_city(scenario(**TOWN))
YOUNG: dict[str, Any] = {"people__share_under_12": 0.3, "people__share_12_17": 0.2, "people__share_25_44": 0.1}
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"offending__share_offending": 0.0},
    {"offending__share_offending": 0.01},
    {"offending__share_offending": 0.5},
    {"offending__age_peak_factor": 20.0},
    {"offending__male_share_offending": 0.5, "people__share_male": 0.7},
    {"offending__male_share_offending": 1.0, "people__share_male": 0.2},
    {"people__share_male": 1.0, "offending__share_offending": 0.8},
    {"offending__unequal_origin": 5.0, "migrants__share_of_residents": 0.3},
    {"people__mean_household": 1.0},
    {"people__mean_household": 6.0} | YOUNG,
)


def is_chance(n: int, of: int, share: float) -> bool:
    """Tell whether so many of so many are what a share gives by chance, but once in ten thousand times."""
    return bool(stats.binomtest(n, of, share).pvalue > 1e-4)


def town(**changes: Any) -> State:
    """Build the town."""
    return build_world(scenario(**TOWN | changes), 1, CITY).state


@pytest.mark.parametrize("changes", CHANGES)
def test_as_many_offend_as_the_share_says(changes):
    state, share = town(**changes), scenario(**changes).offending.share_offending
    of_age = state.residents["age"] >= FROM_AGE
    offends = state.residents["offender"] != NONE
    assert not offends[~of_age].any()
    assert is_chance(int(offends.sum()), int(of_age.sum()), share)


@pytest.mark.parametrize("men", [0.3, 0.48, 0.7])
def test_men_are_the_share_of_offenders_that_is_asked_for(men):
    state = town(people__share_male=men, offending__share_offending=0.1)
    male = state.residents["male"][state.offenders["resident"]]
    assert is_chance(int(male.sum()), len(male), scenario().offending.male_share_offending)


def test_half_as_many_again_are_noticed():
    state = town(offending__share_offending=0.09)
    of_age = int((state.residents["age"] >= FROM_AGE).sum())
    assert not is_chance(len(state.offenders), of_age, 0.06)


@pytest.mark.parametrize("co_offending", [0.2, 0.9])
def test_as_many_have_a_partner_as_is_asked_for(co_offending):
    partner = town(offending__co_offending=co_offending).offenders["partner"]
    assert is_chance(int((partner != NONE).sum()), len(partner), co_offending)


@pytest.mark.parametrize("changes", [{}, {"people__mean_household": 6.0} | YOUNG])
def test_ages_are_those_of_the_distribution(changes):
    ages, expected = town(**changes).residents["age"], share_of_ages(scenario(**changes).people)
    assert expected.sum() == pytest.approx(1.0)
    counted = np.bincount(ages, minlength=len(expected))
    bands = np.add.reduceat(counted, [0, 12, 18, 25, 45, 65]), np.add.reduceat(expected, [0, 12, 18, 25, 45, 65])
    for n, share in zip(*bands, strict=True):
        assert n / len(ages) == pytest.approx(share, abs=0.01)


def test_more_offenders_than_can_offend_are_refused():
    with pytest.raises(InputError, match=r"share_offending must not be above .*, which is 0\.48 here"):
        town(offending__male_share_offending=1.0, offending__share_offending=0.6)
