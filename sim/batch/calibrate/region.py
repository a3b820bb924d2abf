"""Find the part of the unit cube where no target is missed by more than the cut-off, however small it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.batch.study.designs import Floats, sobol_points

CANDIDATES = 8192
SAMPLE = 1024
"""Points that stand for the region, as many as can be had."""
BEST = 50
"""Points that a search goes on from."""
ROUNDS = 12
STEPS = 20
"""Of a walk that forgets where it began."""


@dataclass(frozen=True)
class Region:
    """Hold what is plausible."""

    inside: Floats
    """points spread over it; none where nothing fits"""
    share: float
    """of the whole space; zero stands for less than one of the candidates"""
    closest: Floats
    """the point that misses least"""
    tried: Floats
    """points all over the space, and those of the search"""
    missed: Floats
    """by how much each of them misses"""


def find_region(miss: Callable[[Floats], Floats], dimension: int, cutoff: float, *, seed: int) -> Region:
    """Find the plausible region.

    Even points over the whole space tell its share. Where it is so small that few of them hit it, a search climbs down
    to it from the best ones, and walks within it give points that are spread over it.
    """
    rng = np.random.default_rng(seed)
    tried = sobol_points(dimension, CANDIDATES, seed)
    missed = miss(tried)
    closest = tried[int(missed.argmin())]
    inside = tried[missed <= cutoff]
    share = len(inside) / CANDIDATES
    if len(inside) >= SAMPLE // 4:
        return Region(inside[:SAMPLE], share, closest, tried, missed)
    pool, own = _climb(miss, tried, missed, cutoff, rng)
    closest = pool[int(own.argmin())]
    inside = np.vstack([inside, pool[own <= cutoff]])
    inside = _walk(miss, inside, cutoff, rng) if len(inside) else inside
    return Region(inside, share, closest, np.vstack([tried, pool]), np.concatenate([missed, own]))


def _climb(
    miss: Callable[[Floats], Floats], tried: Floats, missed: Floats, cutoff: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    order = np.argsort(missed, kind="stable")[:BEST]
    pool, own = tried[order], missed[order]
    for _ in range(ROUNDS):
        if (own <= cutoff).sum() >= BEST:
            break
        near = _step(pool[rng.integers(0, len(pool), 10 * BEST)], pool, rng)
        pool, own = np.vstack([pool, near]), np.concatenate([own, miss(near)])
        order = np.argsort(own, kind="stable")[:BEST]
        pool, own = pool[order], own[order]
    return pool, own


def _walk(miss: Callable[[Floats], Floats], inside: Floats, cutoff: float, rng: np.random.Generator) -> Floats:
    """Walk at random within the region from every point: all its parts are visited alike."""
    walkers = inside[rng.integers(0, len(inside), SAMPLE // 2)]
    for _ in range(STEPS):
        near = _step(walkers, inside, rng)
        good = miss(near) <= cutoff
        walkers = np.where(good[:, None], near, walkers)
    return walkers


def _step(points: Floats, like: Floats, rng: np.random.Generator) -> Floats:
    """Move points as far and in such directions as a set of points is spread; what leaves the cube is reflected."""
    apart = like[rng.integers(0, len(like), len(points))] - like[rng.integers(0, len(like), len(points))]
    size = rng.choice([0.2, 0.5, 1.0], (len(points), 1))
    moved = points + size * apart + rng.normal(0.0, 1e-3, points.shape)
    moved = np.abs(moved)
    return np.asarray(np.clip(np.where(moved > 1.0, 2.0 - moved, moved), 0.0, 1.0))
