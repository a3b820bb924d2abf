"""Make the people: households, residents, their places, their attitudes. Synthetic people only.

Everything that is drawn for a person or a household belongs to its key, so that one more household
changes nobody else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.ages import LARGEST_HOUSEHOLD, ages_of
from sim.agents.population.squares import smooth_field
from sim.agents.state import Table
from sim.agents.tables import (
    AGES_OF_DAYS,
    DAYS_HOME,
    DAYS_LATE,
    DAYS_NIGHT,
    DAYS_ROTA,
    DAYS_SCHOOL,
    DAYS_STUDY,
    DAYS_WORK,
    HOUSEHOLDS,
    NEVER,
    NONE,
    RESIDENTS,
    ROUTINES,
    row_dtype,
    zero_rows,
)
from sim.city.land_use import City
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.draws import Stream, normals, uniforms
from sim.errors import InputError
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
NO_DAY = 1e18
MOST_LET = 1.1
"""Rooms that may be wanted for each adult tenant: how many of them there are is chance in a small town."""


def build_households(scenario: Scenario, city: City, seed: int) -> tuple[Table, NDArray[np.int64]]:
    """Make households and give them homes, in proportion to dwellings.

    Returns
    -------
    households
        ordered by home, so that neighbours are neighbours in memory
    member_key
        (n_residents,) keys of the members, in the order of the households
    """
    n = scenario.people.n_residents
    keys = np.arange(1, n + 1, dtype=np.uint64)
    # Sizes 1, 2, 3, ... fall off geometrically, up to the largest.
    more = 1.0 - 1.0 / scenario.people.mean_household
    u = uniforms(seed, Stream.HOUSEHOLD, keys, 0)
    size = np.ones(n, np.int64)
    if more > 0:
        size = np.minimum(1 + np.floor(np.log1p(-u) / np.log(more)).astype(np.int64), LARGEST_HOUSEHOLD)
    n_households = int(np.searchsorted(np.cumsum(size), n)) + 1
    size, keys = size[:n_households], keys[:n_households]
    size[-1] -= size.sum() - n
    # Cumulated by key, not by row, so that renumbering the streets moves nobody.
    by_key = np.argsort(city.streets.segment_key, kind="stable")
    dwellings = np.cumsum(city.land_use.dwellings[by_key].astype(float))
    if dwellings[-1] <= 0:
        raise InputError("the land use of a city must hold at least one dwelling, got none on any segment")
    home = by_key[np.searchsorted(dwellings, uniforms(seed, Stream.HOME, keys, 0) * dwellings[-1], side="right")]
    order = np.lexsort((keys, home))
    households = np.zeros(n_households, row_dtype(HOUSEHOLDS))
    households["key"], households["segment"], households["n"] = keys[order], home[order], size[order]
    households["first"] = np.cumsum(size[order]) - size[order]
    households["renting"] = uniforms(seed, Stream.HOUSEHOLD, keys[order], 1) < scenario.people.share_renting
    households["income"] = _incomes(scenario, city, households, seed)
    households["visited"] = households["asked"] = -NEVER
    households["head"] = NONE
    first_key = (np.cumsum(size) - size + 1)[order]
    member = np.arange(n) - np.repeat(households["first"], households["n"])
    return households, np.repeat(first_key, households["n"]) + member


def _incomes(scenario: Scenario, city: City, households: Table, seed: int) -> Floats:
    """Draw household incomes relative to the mean of the city: log-normal, alike nearby, lower for tenants.

    A label by which to ask who pays for a way of policing. No rule of the model reads it.
    """
    p, net = scenario.people, city.streets
    shared, own = p.income_spread * np.sqrt(p.income_area_share), p.income_spread * np.sqrt(1.0 - p.income_area_share)
    area = np.exp(shared * smooth_field(net, normals(seed, Stream.INCOME, net.segment_key, 0), p.income_range_m))
    # The mean over homes, not over the households that were drawn: one more of them changes no other.
    by_key = np.argsort(net.segment_key, kind="stable")
    area /= np.average(area[by_key], weights=city.land_use.dwellings[by_key].astype(float))
    home = np.exp(own * normals(seed, Stream.INCOME, households["key"], 1) - 0.5 * own**2)
    owner = 1.0 / (1.0 - p.share_renting * (1.0 - p.income_tenant))
    tenure = np.where(households["renting"] == 1, p.income_tenant * owner, owner)
    return np.asarray(area[households["segment"]] * home * tenure)


def build_residents(scenario: Scenario, households: Table, keys: NDArray[np.int64], seed: int) -> Table:
    """Make the residents of the households: age, sex, tenure, and who is a migrant."""
    people, key = scenario.people, keys.astype(np.uint64)
    n = len(key)
    residents = zero_rows(n, row_dtype(RESIDENTS))
    residents["key"] = key
    residents["household"] = np.repeat(np.arange(len(households)), households["n"])
    residents["home"] = households["segment"][residents["household"]]
    residents["renting"] = households["renting"][residents["household"]]
    residents["male"] = uniforms(seed, Stream.TRAITS, key, 0) < people.share_male
    first = np.zeros(n, bool)
    first[households["first"]] = True
    residents["age"] = ages_of(people, first, uniforms(seed, Stream.TRAITS, key, 1))
    residents["ties"] = 0.3 + 0.7 * uniforms(seed, Stream.TRAITS, key, 3)
    residents["present"] = 1
    residents["offender"] = NONE
    spread = scenario.exposure.frailty_spread
    residents["frailty"] = np.exp(spread * normals(seed, Stream.FRAILTY, key, 0) - 0.5 * spread**2)
    residents["leaves"] = NO_DAY
    _let_rooms(scenario, residents, seed)
    return residents


def _let_rooms(scenario: Scenario, residents: Table, seed: int) -> None:
    """Make some adult tenants the floating population, part-way through their stay."""
    p, key = scenario.migrants, residents["key"]
    adult_tenant = (residents["renting"] == 1) & (residents["age"] >= 18) & (residents["age"] < 60)
    rooms = int(np.count_nonzero(adult_tenant))
    share = p.share_of_residents * len(residents) / max(rooms, 1)
    if share > MOST_LET:
        raise InputError(
            f"migrants.share_of_residents must not be above the share of adult tenants, who are {rooms:,} of "
            f"{len(residents):,} residents here, got {p.share_of_residents:g}; raise people.share_renting with it"
        )
    migrant = adult_tenant & (uniforms(seed, Stream.MIGRATION, key, 0) < share)
    residents["migrant"] = migrant
    stay = -np.log1p(-uniforms(seed, Stream.MIGRATION, key, 1)) * p.mean_stay_days * DAY_MIN
    residents["leaves"][migrant] = np.maximum(stay[migrant], DAY_MIN)
    residents["arrived"][migrant] = -p.mean_stay_days * DAY_MIN * 0.5
    residents["ties"][migrant] *= 0.5
    # Registrations in balance between those made on arrival and those gone stale since.
    months = p.mean_stay_days / 30.0
    kept = p.p_registered_on_arrival / (1.0 + p.stale_per_month * months)
    residents["registered"] = migrant & (uniforms(seed, Stream.REGISTRATION, key, 0) < kept)
    entries_left = uniforms(seed, Stream.REGISTER, key, 2) < _stale_at_start(scenario, kept)
    residents["gone"] = migrant & (residents["registered"] == 0) & entries_left
    _leave_rooms_empty(scenario, residents, seed)


def _stale_at_start(scenario: Scenario, registered: float) -> float:
    """Give the share, of rooms whose tenant is not registered, whose entry names somebody who left; in balance.

    So many come each day as registered tenants leave and nobody signs them off; each stays until the next tenant
    registers, or until it goes stale.
    """
    p = scenario.migrants
    leaving, stale = 1.0 / p.mean_stay_days, p.stale_per_month / 30.0
    ends = stale + leaving * p.p_registered_on_arrival
    left = (1.0 - p.p_registered_on_arrival) / ends if ends > 0.0 else 0.0
    false = registered * leaving * (1.0 - p.p_signed_off) * (p.mean_vacancy_days + left)
    return min(1.0, false / max(1.0 - registered, 1e-9))


def _leave_rooms_empty(scenario: Scenario, residents: Table, seed: int) -> None:
    """Leave some rooms without a tenant at first; each gets its first one at a moment of its own."""
    p = scenario.migrants
    lot = uniforms(seed, Stream.MIGRATION, residents["key"], 4)
    empty = (residents["migrant"] == 1) & (lot >= p.share_at_start)
    residents["present"][empty] = residents["registered"][empty] = residents["gone"][empty] = 0
    # What is left of the lot is even, so the rooms fill evenly.
    turn = (lot[empty] - p.share_at_start) / max(1.0 - p.share_at_start, 1e-12)
    residents["leaves"][empty] = turn * p.fill_years * YEAR_DAYS * DAY_MIN


def build_routines(scenario: Scenario, residents: Table, seed: int) -> Table:
    """Give everybody a kind of day; the round that goes with it comes from `build_rounds`."""
    age, key = residents["age"].astype(int), residents["key"]
    routines = np.zeros(len(residents), row_dtype(ROUTINES))
    routines["key"], routines["kind"] = key, _kinds_of_day(scenario, age, key, seed)
    routines["age_band"] = np.digitize(age, AGES_OF_DAYS)
    p = scenario.days
    most = np.where(age < p.outgoing_until_age, 255.0, 255.0 * p.outgoing_later)
    routines["outgoing"] = (uniforms(seed, Stream.LEISURE, key, 0) * most).astype(np.uint8)
    return routines


def _kinds_of_day(scenario: Scenario, age: NDArray[np.int64], key: Keys, seed: int) -> NDArray[np.int64]:
    """Say who works by day, in the evening, at night or by a rota, who is at school, who studies, and who does none."""
    p = scenario.days
    kind = np.full(len(age), DAYS_HOME)
    kind[(age >= 5) & (age < 18)] = DAYS_SCHOOL
    of_age = (age >= 18) & (age < 65)
    works = of_age & (uniforms(seed, Stream.WORK, key, 0) < scenario.people.share_employed)
    turn = uniforms(seed, Stream.WORK, key, 1)
    shares = np.cumsum([p.share_late_shift, p.share_night_shift, p.share_rota])
    kind[works] = np.array([DAYS_LATE, DAYS_NIGHT, DAYS_ROTA, DAYS_WORK])[np.searchsorted(shares, turn, "right")][works]
    kind[of_age & (age < 25) & ~works & (uniforms(seed, Stream.WORK, key, 2) < p.share_students)] = DAYS_STUDY
    return kind
