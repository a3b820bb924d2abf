"""Make the daily rounds: where the people of a street work, learn and go out.

The people of one street who need the same (work and places to go out, a school, ...) share a number of rounds
between them, each by a draw of its own. So a round is chosen once and its ways are searched and stored once, however
many people live in the street. Where few live in a street, nearly everybody has a round alone.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.cumulated import first_above
from sim.agents.fading import left_after
from sim.agents.population.squares import Squares, divide_into_squares
from sim.agents.state import Table
from sim.agents.tables import (
    AT_HOME,
    AT_LEISURE_A,
    AT_LEISURE_B,
    AT_WORK,
    DAYS_HOME,
    DAYS_SCHOOL,
    NONE,
    ROUNDS,
    row_dtype,
)
from sim.city.land_use import City
from sim.compiling.compiled import compiled
from sim.draws import Stream, mix_keys, uniform_four, uniforms
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
GOES_OUT_FROM = 12
"""Age from which people go out in the evening."""
WORK, SCHOOL, LEISURE = 1, 2, 4
"""What a round may hold beside the home and a place of errands; their sum tells the kinds of round apart."""
N_KINDS = 8
MOST_ROUNDS = 256
"""Rounds of one kind that a street may have at most."""
ROUND_KEYS = np.uint64(int(Stream.ROUND) << 56)
"""Keeps the keys of rounds apart from other mixtures of the keys of segments."""
TRIES = 40
"""Places looked at before the nearest of them is taken, which hardly ever happens."""


def build_rounds(scenario: Scenario, city: City, residents: Table, routines: Table, seed: int) -> tuple[Table, Keys]:
    """Make the rounds that somebody follows, ordered by home; sets `round` of the routines.

    A round belongs to its street, its kind and its number there, so that one more resident changes none.

    Returns
    -------
    rounds
        places of each round
    keys
        identity of each round in random draws
    """
    needs, number = _choose_rounds(scenario, residents, routines, seed)
    n_each = scenario.people.rounds_per_street
    slot = (residents["home"].astype(np.int64) * N_KINDS + needs) * n_each + number
    taken = np.zeros(city.streets.n_segments * N_KINDS * n_each, bool)
    taken[slot] = True
    routines["round"] = (np.cumsum(taken, dtype=np.int32) - 1)[slot]
    used = np.flatnonzero(taken)
    home, kind = used // (N_KINDS * n_each), used // n_each % N_KINDS
    rounds = np.zeros(len(used), row_dtype(ROUNDS))
    rounds["place"] = NONE
    rounds["place"][:, AT_HOME] = home
    keys = _round_keys(city.streets.segment_key[home], kind * MOST_ROUNDS + used % n_each)
    _choose_all(scenario, city, rounds["place"], kind, keys, seed)
    return rounds, keys


def _choose_rounds(
    scenario: Scenario, residents: Table, routines: Table, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Tell what everybody's round must hold, and which of these rounds of the own street it is."""
    kind = routines["kind"]
    needs = np.where(kind == DAYS_SCHOOL, SCHOOL, np.where(kind == DAYS_HOME, 0, WORK)).astype(np.uint8)
    needs[residents["age"] >= GOES_OUT_FROM] |= LEISURE
    number = (uniforms(seed, Stream.ROUND, residents["key"], 0) * scenario.people.rounds_per_street).astype(np.int64)
    return needs, number


@compiled
def _round_keys(segment_key: NDArray[np.uint64], number: NDArray[np.int64]) -> NDArray[np.uint64]:
    out = np.empty(number.size, np.uint64)
    for i in range(number.size):
        out[i] = mix_keys(segment_key[i] ^ ROUND_KEYS, number[i])
    return out


def _choose_all(
    scenario: Scenario, city: City, place: NDArray[np.int32], needs: NDArray[np.int64], keys: Keys, seed: int
) -> None:
    """Choose the places of all rounds, near ones more often (distance decay)."""
    p, use, net = scenario.people, city.land_use, city.streets
    jobs = use.jobs.astype(float)
    shops, homes = (x.astype(float) / max(float(x.sum()), 1.0) for x in (use.shops, use.dwellings))
    errands = (1.0 - scenario.days.share_visiting) * shops + scenario.days.share_visiting * homes
    evenings = (use.venues if use.venues.any() else use.shops).astype(float)
    everybody = np.ones(len(needs), bool)
    for number, weight, decay, need in (
        (AT_WORK, jobs, p.work_decay_m, needs & WORK),
        (AT_WORK, jobs, p.school_decay_m, needs & SCHOOL),
        (AT_LEISURE_A, errands, p.leisure_decay_m, everybody),
        (AT_LEISURE_B, evenings, p.leisure_decay_m * 2, needs & LEISURE),
    ):
        rows = np.flatnonzero(need)
        if weight.sum() > 0 and len(rows):
            squares = divide_into_squares(net, decay / 2)
            rows = rows[np.argsort(squares.square[place[rows, AT_HOME]], kind="stable")]
            place[rows, number] = choose_places(
                seed, int(Stream.WORK if number == AT_WORK else Stream.LEISURE), keys[rows], number * 1000,
                place[rows, AT_HOME], squares, np.cumsum(weight[squares.segment]),
                net.midpoint_x, net.midpoint_y, decay,
            )  # fmt: skip


@compiled
def choose_places(
    seed: int,
    stream: int,
    keys: Keys,
    counter: int,
    home: NDArray[np.int32],
    squares: Squares,
    cumulated: Floats,
    x: Floats,
    y: Floats,
    decay_m: float,
) -> NDArray[np.int32]:
    """Choose a place for each round: in proportion to what it offers, halved every `decay_m` metres.

    First a square of the city is drawn, as if all of it lay at its near edge, then a place in it, which is refused as
    often as it lies behind that edge. `cumulated` is what the segments in `squares` offer, cumulated in their order.
    Rounds come ordered by the square of their home.
    """
    chosen = np.empty(keys.size, np.int32)
    near, share = np.empty(squares.start.size - 1), np.empty(squares.start.size - 1)
    present = -1
    for i in range(keys.size):
        mine = squares.square[home[i]]
        if mine != present:
            present = mine
            _weigh_squares(squares, cumulated, present, decay_m, near, share)
        nearest, least = home[i], 1e18
        for attempt in range(TRIES):
            u_square, u_place, u_refused, _ = uniform_four(seed, stream, keys[i], counter + attempt)
            square = min(first_above(share, u_square * share[-1]), share.size - 1)
            first, last = squares.start[square], squares.start[square + 1]
            before = cumulated[first - 1] if first > 0 else 0.0
            value = before + u_place * (cumulated[last - 1] - before)
            place = squares.segment[min(first + first_above(cumulated[first:last], value), last - 1)]
            distance = math.hypot(x[place] - x[home[i]], y[place] - y[home[i]])
            if distance < least:
                nearest, least = place, distance
            if u_refused < left_after(distance - near[square], decay_m):
                nearest = place
                break
        chosen[i] = nearest
    return chosen


@compiled
def _weigh_squares(
    squares: Squares, cumulated: Floats, present: int, decay_m: float, near: Floats, share: Floats
) -> None:
    """Fill in how near each square is to the present one at least, and what they offer from there, cumulated."""
    total, across = 0.0, squares.n_across
    for square in range(near.size):
        east = max(abs(square % across - present % across) - 1, 0) * squares.side_m
        north = max(abs(square // across - present // across) - 1, 0) * squares.side_m
        near[square] = math.hypot(east, north)
        first, last = squares.start[square], squares.start[square + 1]
        if last > first:
            offered = cumulated[last - 1] - (cumulated[first - 1] if first > 0 else 0.0)
            total += offered * left_after(near[square], decay_m)
        share[square] = total
