"""What people bring into a place: who comes there, and the cars and bicycles that stand there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Table
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniforms
from sim.scenarios.scenario import Scenario

ADULT_AGE, CYCLIST_AGE = 18, 12
N_PLACES = 4
"""Places of a routine; a guest is written as four times the row in residents, plus the number of the place."""


def list_guests(routines: Table, rounds: Table, n_segments: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """List for each segment whose work place, school or place to go out lies there.

    In the order of people's keys, so that no choice depends on how people are numbered and a newcomer stands last.

    Returns
    -------
    start, guests
        where the guests of each segment begin, and the guests: four times the row of the person, plus the place
    """
    order = np.argsort(routines["key"], kind="stable")
    start = np.zeros(n_segments + 1, np.int32)
    place, number = np.ascontiguousarray(rounds["place"]), np.ascontiguousarray(routines["round"])
    people_of = np.bincount(number, minlength=len(rounds))
    for k in range(1, N_PLACES):
        there = place[:, k] >= 0
        start[1:] += np.bincount(place[there, k], people_of[there], n_segments).astype(np.int32)
    start = np.cumsum(start, dtype=np.int32)
    guests = np.empty(int(start[-1]), np.int32)
    _fill_guests(order, number, place, start.copy(), guests)
    return start, guests


@compiled
def _fill_guests(
    order: NDArray[np.int64],
    number: NDArray[np.int32],
    place: NDArray[np.int32],
    next_row: NDArray[np.int32],
    guests: NDArray[np.int32],
) -> None:
    for i in range(order.size):
        person = order[i]
        for k in range(1, N_PLACES):
            segment = place[number[person], k]
            if segment >= 0:
                guests[next_row[segment]] = N_PLACES * person + k
                next_row[segment] += 1


def give_vehicles(scenario: Scenario, residents: Table, households: Table, segments: Table, seed: int) -> None:
    """Give households the cars and bicycles of their members, and count them on each segment."""
    p, key, home = scenario.theft, residents["key"], residents["household"]
    lives_here = residents["home"] >= 0
    has_car = (uniforms(seed, Stream.BELONGINGS, key, 0) < p.adults_with_car) & (residents["age"] >= ADULT_AGE)
    has_bicycle = (uniforms(seed, Stream.BELONGINGS, key, 1) < p.people_with_bicycle) & (
        residents["age"] >= CYCLIST_AGE
    )
    for name, has in (("cars", has_car), ("bicycles", has_bicycle)):
        households[name] = np.bincount(home[has], minlength=len(households))
        segments[f"n_{name}"] = np.bincount(residents["home"][has & lives_here], minlength=len(segments))
