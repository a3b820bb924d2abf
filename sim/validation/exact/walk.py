"""Patrol as a random walk: how often each street is passed, by the chain of ways that never turns back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.clock import SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.policies.reactive import Reactive
from sim.validation.exact.answer import ERRORS, Part
from sim.validation.exact.tiny import peopled, quiet_town, streets
from sim.world import build_world

Floats = NDArray[np.float64]
ENDS = ((0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (3, 4), (4, 5), (5, 2), (1, 5))
ONE_WAY = (True, False, False, False, False, True, True, False, False)
N_DAYS = (5, 28)
SEED = 5
BEGIN = 0.002
"""A shift begins at one place, and not as the walk goes on in the long run: it has forgotten it after some ten of
more than a thousand streets."""


def small_graph() -> StreetNetwork:
    """Make a small town in which streets of one way draw the walk to one side; no street is a dead end."""
    return streets(ENDS, length_m=100.0, one_way=np.array(ONE_WAY))


def long_run_of_walk(net: StreetNetwork, *, turns_back: bool = False) -> Floats:
    """Give the share of steps along each segment in the long run, from the chain on the ways of the cars.

    At each junction all ways but the one back have the same chance; `turns_back` allows that one too. Where a walk
    keeps the sense in which it began for ever, as round a single block, both senses count alike.
    """
    arcs = net.drive
    tails = np.repeat(np.arange(net.n_junctions), np.diff(arcs.start))
    n = len(tails)
    may = arcs.head[:, None] == tails[None, :]
    if not turns_back:
        may &= arcs.segment[:, None] != arcs.segment[None, :]
    assert may.any(axis=1).all(), "a dead end"
    chain = may / may.sum(axis=1, keepdims=True)
    balance = np.vstack([chain.T - np.eye(n), np.ones(n)])
    # One row is too many, and where the walk falls into parts the rest are too few: of all answers the most even one.
    share = np.linalg.lstsq(balance, np.r_[np.zeros(n), 1.0], rcond=None)[0]
    assert np.allclose(balance @ share, np.r_[np.zeros(n), 1.0]), "no long run"
    return np.asarray(np.bincount(arcs.segment, share, net.n_segments), np.float64)


@cache
def passes(n_days: int, seed: int) -> Floats:
    """Simulate patrol by car: passes of each segment in each shift."""
    town = quiet_town(
        {
            "n_days": n_days,
            "people.n_residents": 20,
            "force.n_response": 6,
            "force.night_share": 0.33,
            "force.day_share": 0.34,
        }
    )
    net = small_graph()
    world = build_world(town, seed, peopled(net, np.ones(net.n_segments)))
    seen = [np.zeros(net.n_segments)]
    seen += [world.state.segments["n_passes"].astype(float) for _ in run_shifts(world, Reactive())]
    # The last shift of the run begins a new period of the panel: its passes are not to be had.
    return np.diff(np.array(seen[:-1]), axis=0)


def compare_patrol(full: bool, *, turns_back: bool = False) -> Sequence[Part]:
    """Compare the share of passes of each street with the chain's."""
    counted = passes(N_DAYS[full], SEED)
    assert len(counted) == SHIFTS_A_DAY * N_DAYS[full] - 1
    share = counted / counted.sum(axis=1, keepdims=True)
    error = share.std(axis=0, ddof=1) / sqrt(len(share))
    theory = long_run_of_walk(small_graph(), turns_back=turns_back)
    ours, tolerance = share.mean(axis=0), ERRORS * error + BEGIN
    numbers = zip(theory.tolist(), ours.tolist(), tolerance.tolist(), strict=True)
    return [Part(f"share of passes, street {i}", *three) for i, three in enumerate(numbers)]
