"""Make the offenders: who offends, how often, what each looks for, and with whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.ages import share_of_ages
from sim.agents.state import Table
from sim.agents.tables import NEVER, NONE, OFFENDERS, row_dtype
from sim.city.streets import StreetNetwork
from sim.clock import YEAR_MIN
from sim.draws import Stream, normals, uniforms
from sim.errors import InputError
from sim.params import CRIMES
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
FROM_AGE = 12
TENANT_AGES = (18, 60)
"""Ages from and below which a tenant may be one of the floating population."""
BESIDE_M = 25.0
"""How far from the middle of its street a home is taken to lie when partners are sought, at most, each way."""


def build_offenders(scenario: Scenario, net: StreetNetwork, residents: Table, seed: int) -> Table:
    """Choose who offends and how often; propensity depends on age and sex alone.

    Migrants differ by default in nothing: `unequal_origin` is a sensitivity run.

    Raises
    ------
    InputError
        If more are to offend than can.
    """
    p, key = scenario.offending, residents["key"]
    odds = odds_of(scenario, residents["age"].astype(int), residents["male"] == 1, residents["migrant"] == 1)
    chance = np.minimum(odds * scale_of_odds(scenario), 1.0)
    rows = np.flatnonzero(uniforms(seed, Stream.OFFENDER, key, 0) < chance)
    offenders = np.zeros(len(rows), row_dtype(OFFENDERS))
    offenders["key"], offenders["resident"] = key[rows], rows
    residents["offender"][rows] = np.arange(len(rows))
    level = np.exp(p.rate_spread * normals(seed, Stream.OFFENDER, key[rows], 1) - 0.5 * p.rate_spread**2)
    offenders["rate"] = p.searches_per_year * level / YEAR_MIN
    first = -np.log1p(-uniforms(seed, Stream.OFFEND_WHEN, key[rows], 0))
    with np.errstate(divide="ignore"):
        offenders["next_search"] = np.where(offenders["rate"] > 0, first / offenders["rate"], NEVER)
    offenders["mix"] = _mixes(scenario, key[rows], seed)
    offenders["last_segment"] = offenders["later_number"] = NONE
    offenders["later_t"] = NEVER
    offenders["custody_until"] = -1.0
    offenders["partner"] = pair_up(offenders["key"], net, residents["home"][rows], p.co_offending, seed)
    return offenders


def odds_of(scenario: Scenario, age: NDArray[np.int64], male: NDArray[np.bool_], migrant: NDArray[np.bool_]) -> Floats:
    """Give the odds of people to offend, against each other."""
    p, men = scenario.offending, scenario.people.share_male
    # Men are to be a share of offenders, whatever their share of all.
    of_men, of_women = p.male_share_offending / max(men, 1e-9), (1.0 - p.male_share_offending) / max(1.0 - men, 1e-9)
    by_sex = np.where(male, of_men, of_women)
    by_age = np.interp(age, [12, 18, 24, 45], [p.age_peak_factor, p.age_peak_factor, p.age_peak_factor, 1.0])
    return np.asarray(by_sex * by_age * np.where(migrant, p.unequal_origin, 1.0) * (age >= FROM_AGE))


def mean_odds(scenario: Scenario) -> float:
    """Give the mean odds of the people of twelve and more whom the scenario could have."""
    weight, odds = _possible_people(scenario)
    return float((weight * odds).sum() / weight.sum())


def scale_of_odds(scenario: Scenario) -> float:
    """Find what turns odds into chances, none above 1, that make up the share of offenders asked for.

    It is taken over the people whom the scenario could have, so that one more resident changes nobody else.
    """
    weight, odds = _possible_people(scenario)
    share, weight = scenario.offending.share_offending, weight / weight.sum()
    able = float(weight[odds > 0.0].sum())
    if share > able + 1e-9:
        raise InputError(
            f"offending.share_offending must not be above the share of those of {FROM_AGE} and more who can offend, "
            f"which is {able:.3g} here by offending.male_share_offending and people.share_male, got {share:g}"
        )
    sure = np.zeros(len(odds), bool)
    scale = share / max(float((weight * odds).sum()), 1e-300)
    while (now_sure := (odds > 0.0) & (scale * odds >= 1.0)).sum() > sure.sum():
        sure = now_sure
        scale = (share - weight[sure].sum()) / max(float((weight * odds)[~sure].sum()), 1e-300)
        scale = max(scale, 1.0 / odds[sure].min())
    return scale


def _possible_people(scenario: Scenario) -> tuple[Floats, Floats]:
    """List the kinds of people of twelve and more: how many there are of each, and their odds to offend."""
    p, ages = scenario.people, share_of_ages(scenario.people)
    kind = np.arange(4 * len(ages))
    age, male, migrant = kind // 4, kind // 2 % 2 == 1, kind % 2 == 1
    may_be = (age >= TENANT_AGES[0]) & (age < TENANT_AGES[1])
    p_migrant = min(scenario.migrants.share_of_residents / max(ages[slice(*TENANT_AGES)].sum(), 1e-9), 1.0) * may_be
    weight = ages[age] * np.where(male, p.share_male, 1.0 - p.share_male)
    weight = weight * np.where(migrant, p_migrant, 1.0 - p_migrant) * (age >= FROM_AGE)
    return weight, odds_of(scenario, age, male, migrant)


def _mixes(scenario: Scenario, keys: NDArray[np.uint64], seed: int) -> Floats:
    """Draw what each offender looks for: the common mix, drawn together with a favourite type."""
    common = scenario.offending.mix.as_array()
    common = common / common.sum()
    favourite = np.searchsorted(np.cumsum(common), uniforms(seed, Stream.OFFENDER, keys, 2) * 0.999999)
    own = np.eye(len(CRIMES))[favourite]
    mix = (1.0 - scenario.offending.specialisation) * common + scenario.offending.specialisation * own
    return np.cumsum(mix, axis=1)


def pair_up(
    key: NDArray[np.uint64], net: StreetNetwork, home: NDArray[np.int32], share: float, seed: int
) -> NDArray[np.int32]:
    """Pair a share of offenders with a partner who will hear of an arrest: those who live nearest to each other.

    Two of whom each is nearest to the other make a pair, and so again among those who are left. One more offender
    parts a pair only by living nearer to one of the two than the other does, so that few pairs change, nearby.

    Returns
    -------
    partner
        row of the partner of each offender, or none
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - SciPy is slow to load, and only builders need it

    partner = np.full(len(key), NONE, np.int32)
    free = np.flatnonzero(uniforms(seed, Stream.OFFENDER, key, 3) < share)
    # Each at a point of its own, so that no two distances are equal and no order of rows decides.
    east, north = ((2.0 * uniforms(seed, Stream.OFFENDER, key, number) - 1.0) * BESIDE_M for number in (4, 5))
    point = np.column_stack([net.midpoint_x[home] + east, net.midpoint_y[home] + north])
    while len(free) > 1:
        _, near = cKDTree(point[free]).query(point[free], k=2)
        own = np.arange(len(free))
        nearest = np.where(near[:, 0] == own, near[:, 1], near[:, 0])
        mutual = nearest[nearest] == own
        partner[free[mutual]] = free[nearest[mutual]]
        free = free[~mutual]
    return partner
