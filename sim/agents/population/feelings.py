"""Give residents what they feel when a run begins: a lasting trait, and a mood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.feeling_words import ATTITUDES, SECURITY
from sim.agents.population.squares import smooth_fields
from sim.agents.state import Table
from sim.city.land_use import City
from sim.draws import Stream, normals
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
SHARED, OWN = 0.7, 0.714
"""Weights of what the three attitudes of a person have in common and of what each has alone: they correlate at 0.5."""
MEAN_AGE = 45.0
LOWEST, HIGHEST = 0.02, 0.98
_OWN_TRAIT, _SHARED_TRAIT, _OWN_MOOD, _SHARED_MOOD, _AREA = 0, 3, 4, 7, 8
"""First counters of draws in their stream."""


def give_feelings(scenario: Scenario, city: City, residents: Table, seed: int) -> None:
    """Draw traits and moods.

    A trait differs by person, age and area; neighbours have a part of it in common. What of the spread between
    residents is no trait is mood, in balance from the start.
    """
    p, key = scenario.attitudes, residents["key"]
    age = (residents["age"].astype(float) - MEAN_AGE) / 20.0
    trait_sd = p.attitude_spread * np.sqrt(p.trait_share)
    mood_sd = p.attitude_spread * np.sqrt(1.0 - p.trait_share)
    shared_trait, shared_mood = (normals(seed, Stream.ATTITUDE, key, first) for first in (_SHARED_TRAIT, _SHARED_MOOD))
    areas = _area_levels(scenario, city, seed)
    for k, name in enumerate(ATTITUDES):
        by_age = p.attitude_spread * (p.security_by_age if k == SECURITY else p.esteem_by_age)
        own = SHARED * shared_trait + OWN * normals(seed, Stream.ATTITUDE, key, _OWN_TRAIT + k)
        area = areas[k][residents["home"]]
        person = np.sqrt(1.0 - p.attitude_area_share) * own + np.sqrt(p.attitude_area_share) * area
        level = getattr(p, f"{name}_baseline") + by_age * age + trait_sd * person
        mood = mood_sd * (SHARED * shared_mood + OWN * normals(seed, Stream.ATTITUDE, key, _OWN_MOOD + k))
        residents["trait"][:, k] = np.clip(level, LOWEST, HIGHEST)
        residents["mood"][:, k] = mood
        residents[name] = np.clip(residents["trait"][:, k] + residents["mood"][:, k], 0.0, 1.0)


def _area_levels(scenario: Scenario, city: City, seed: int) -> list[Floats]:
    """Draw how neighbourhoods differ, by attitude: alike nearby, mean 0 and variance 1 over homes."""
    net, p, n = city.streets, scenario.attitudes, len(ATTITUDES)
    if p.attitude_area_share <= 0.0:
        return [np.zeros(net.n_segments)] * n
    noises = np.stack([normals(seed, Stream.ATTITUDE, net.segment_key, _AREA + k) for k in range(n)])
    # Summed by key, not by row, so that renumbering the streets moves nobody.
    by_key = np.argsort(net.segment_key, kind="stable")
    homes = city.land_use.dwellings[by_key].astype(float)
    return [_levelled(field, by_key, homes) for field in smooth_fields(net, noises, p.attitude_range_m)]


def _levelled(level: Floats, by_key: NDArray[np.int64], homes: Floats) -> Floats:
    """Bring a field to mean 0 and variance 1 over homes."""
    mean = np.average(level[by_key], weights=homes)
    spread = np.sqrt(np.average((level[by_key] - mean) ** 2, weights=homes))
    return np.asarray((level - mean) / max(spread, 1e-9))
