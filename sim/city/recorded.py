"""Recorded incidents as a weight of opportunity on the streets, and the account of the rows they came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import Floats, StreetNetwork
from sim.errors import InputError


@dataclass(frozen=True)
class IncidentCount:
    """Count what became of the rows of a file of recorded incidents; each row is in one of the counts."""

    rows: int
    used: int
    misfits: int
    """rows with more or fewer fields than the file has columns"""
    without_place: int
    """rows without two numbers"""
    at_zero: int
    """rows at 0, 0, which stands for a place that nobody knew"""
    off_the_streets: int
    """rows too far from any street of the city"""
    most_at_one_place: int
    """rows used that share the place with most of them"""
    median_m: float
    """distance from a street that half of the rows used keep"""

    def losses(self) -> str:
        """List the reasons for which rows were left out, with their numbers."""
        listed = [f"{getattr(self, name):,} {words}" for name, words in LOSSES.items() if getattr(self, name)]
        return ", ".join(listed) or "none left out"


LOSSES = {
    "without_place": "without two numbers",
    "at_zero": "at 0, 0",
    "off_the_streets": "off the streets",
    "misfits": "with too many or too few fields",
}
"""Counts of rows that were left out, and the reason of each."""


def incident_weights(
    net: StreetNetwork, segment_of_incident: NDArray[np.integer], *, smoothing: float | None = None
) -> Floats:
    """Turn incident points into an opportunity weight per segment, with mean 1.

    Counts are shrunk towards their mean, for most zeros are chance and not safety: with
    incidents Poisson about gamma-distributed rates, the expected rate of a segment with `y`
    incidents is (y + a) / (mean + a) times the average (empirical Bayes: Clayton and Kaldor
    1987). Never used by default: recorded incidents carry the bias of past policing.

    Parameters
    ----------
    segment_of_incident
        (n_incidents,) segment on which each incident was recorded
    smoothing
        the shape `a`, in incidents: how many a segment's prior is worth; larger is flatter.
        Estimated from the counts (method of moments) when not given.

    Returns
    -------
    weight
        (n_segments,) positive, mean 1

    Raises
    ------
    InputError
        If an incident lies on no segment, or `smoothing` is not positive.
    """
    segment = np.asarray(segment_of_incident)
    if segment.size and (segment.min() < 0 or segment.max() >= net.n_segments):
        raise InputError(
            f"incidents: each must lie on a segment from 0 to {net.n_segments - 1}, "
            f"got {segment.min()} to {segment.max()}; leave out the points that match no street"
        )
    if smoothing is not None and not smoothing > 0:
        raise InputError(f"incidents: smoothing must be positive, got {smoothing}; try 1.0, or leave it out")
    count = np.bincount(segment.astype(np.int64), minlength=net.n_segments).astype(np.float64)
    shape = _moment_shape(count) if smoothing is None else smoothing
    if not np.isfinite(shape):  # no more spread than chance: the counts tell nothing
        return np.ones(net.n_segments)
    return np.asarray((count + shape) / (count.mean() + shape), np.float64)


def _moment_shape(count: Floats) -> float:
    excess = count.var() - count.mean()
    return float(count.mean() ** 2 / excess) if excess > 0 else np.inf
