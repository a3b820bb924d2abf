"""What each incident feels of those before it: sums of decaying boosts, without listing pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.policies.maps.record import Rows, Streets
from sim.policies.protocol import Floats

NOTHING = 1e-12
"""A boost that has decayed to this share is none"""


@dataclass(frozen=True)
class Felt:
    """Hold, for each segment that has incidents, those there and next door, in the order of time."""

    gap: Floats
    """(n_rows,) minutes since the row before at the same segment"""
    first: NDArray[np.bool_]
    """(n_rows,) no row before it at its segment"""
    weight: Floats
    """(2, n_rows) what a row gives to later ones: as an incident of the segment, as one next door"""
    at: Rows
    """(n_incidents,) row at which an incident is felt at its own segment"""

    @classmethod
    def of(cls, streets: Streets, t: Floats, segment: Rows) -> Felt:
        """List who can feel whom; incidents in the order of time. One next door counts by 1 / its neighbours."""
        n = len(t)
        n_beside = np.diff(streets.start)[segment]
        begin = np.cumsum(n_beside) - n_beside
        entry = np.arange(n_beside.sum()) + np.repeat(streets.start[segment] - begin, n_beside)
        target, cause = streets.neighbours[entry].astype(np.int64), np.repeat(np.arange(n), n_beside)
        has_incident = np.zeros(streets.n_segments, bool)
        has_incident[segment] = True
        felt = has_incident[target]
        target = np.concatenate([segment, target[felt]])
        cause = np.concatenate([np.arange(n), cause[felt]])
        order = np.argsort(target * n + cause, kind="stable")
        target, cause = target[order], cause[order]
        own = order < n
        first = np.ones(len(order), bool)
        first[1:] = target[1:] != target[:-1]
        gap = np.zeros(len(order))
        gap[1:] = np.where(first[1:], 0.0, np.diff(t[cause]))
        weight = np.stack([own, np.where(own, 0.0, 1.0 / np.maximum(n_beside, 1)[cause])])
        at = np.empty(n, np.int64)
        at[cause[own]] = np.flatnonzero(own)
        return cls(gap, first, weight, at)


class Boosts(NamedTuple):
    """Hold what each incident feels of those before it at its segment and next door, and that times their delay."""

    own: Floats
    near: Floats
    own_delay: Floats
    near_delay: Floats


def feel(felt: Felt, omega: float) -> Boosts:
    """Sum the boosts that each incident feels, exp(-omega * delay) for each before it, and boost times delay.

    The sums run along each segment's rows by doubling: a sum over 2k rows is one over k, and one over the k rows before
    them, decayed. That takes as many passes as the logarithm of the rows of the busiest segment.
    """
    if not len(felt.at):
        return Boosts(*np.zeros((4, 0)))
    kept = np.where(felt.first, 0.0, np.exp(-omega * felt.gap))
    gap = felt.gap
    boost = np.zeros_like(felt.weight)
    boost[:, 1:] = kept[1:] * felt.weight[:, :-1]
    delay = boost * gap
    k = 1
    while k < len(kept) and kept[k:].max() > NOTHING:
        before = boost[:, :-k]
        delay[:, k:] = delay[:, k:] + kept[k:] * (delay[:, :-k] + gap[k:] * before)
        boost[:, k:] = boost[:, k:] + kept[k:] * before
        gap, kept = gap.copy(), kept.copy()
        gap[k:] += gap[:-k].copy()
        kept[k:] *= kept[:-k].copy()
        k *= 2
    return Boosts(*boost[:, felt.at], *delay[:, felt.at])
