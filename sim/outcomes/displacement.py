"""Did crime move round the corner, or did the benefit spread? Treated places, their surroundings, and the rest.

`before` and `after` are counts of two periods, or of two runs that differ in policy alone: the run without
the treatment is then the 'before'.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.errors import InputError
from sim.statistics.estimates import Z95, Estimate, percentile_interval, rate_ratio

Ints = NDArray[np.int64]
Counts = NDArray[np.int64]

TREATED, CONTROL = 0, -1
CATCHMENT_RINGS = 2
"""two blocks round a treated place, as in trials of hot spots policing (Braga et al. 2019)"""


class Displacement(NamedTuple):
    """Hold what a treatment did at the treated places and around them."""

    treated: Estimate
    """rate ratio of the treated places, after / before"""
    catchment: Estimate
    """the same for their surroundings"""
    control: Estimate
    """the same for the rest of the city"""
    quotient: Estimate
    """weighted displacement quotient (Bowers & Johnson 2003): below -1 displacement outweighs the benefit,
    -1 to 0 part of it, above 0 the benefit diffuses, above 1 more strongly than it works; without meaning
    where the treated places did not change"""
    difference: Estimate
    """weighted displacement difference (Wheeler & Ratcliffe 2018): incidents at treated places and
    surroundings together, beyond the change of as many incidents elsewhere; below 0 is a net benefit"""


def find_rings(net: StreetNetwork, treated: NDArray[np.integer], n_rings: int = CATCHMENT_RINGS) -> Ints:
    """Divide segments into treated ones, rings around them, and the rest.

    Ring 1 shares a junction with a treated segment, ring 2 shares one with ring 1, and so on.

    Parameters
    ----------
    treated
        numbers of the treated segments

    Returns
    -------
    ring
        (n_segments,) 0 treated, 1 to `n_rings`, -1 beyond
    """
    ring = np.full(net.n_segments, CONTROL, np.int64)
    ring[np.asarray(treated, np.int64)] = TREATED
    reached = np.zeros(net.n_junctions, bool)
    for number in range(n_rings):
        edge = ring == number
        reached[net.segment_from[edge]] = True
        reached[net.segment_to[edge]] = True
        touched = reached[net.segment_from] | reached[net.segment_to]
        ring[touched & (ring == CONTROL)] = number + 1
    return ring


def tabulate_rings(ring: Ints, before: Counts, after: Counts) -> pd.DataFrame:
    """List counts and their change for treated places, each ring and the rest of the city.

    Parameters
    ----------
    ring
        (n_segments,) from `find_rings`
    before, after
        (n_segments,) incidents

    Returns
    -------
    table
        indexed by ring (0 treated, -1 the rest, last): `n_segments`, `before`, `after`, `change_pct`,
        and the rate `ratio` with `low` and `high`
    """
    rows = {}
    for number in [*range(int(ring.max()) + 1), CONTROL]:
        here = ring == number
        n_before, n_after = int(before[here].sum()), int(after[here].sum())
        ratio = rate_ratio(n_after, n_before)
        rows[number] = {
            "n_segments": int(here.sum()),
            "before": n_before,
            "after": n_after,
            "change_pct": 100.0 * (n_after / n_before - 1.0) if n_before else np.nan,
            "ratio": ratio.value,
            "low": ratio.low,
            "high": ratio.high,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").astype({"n_segments": int, "before": int, "after": int})
    table.index.name = "ring"
    return table


def measure_displacement(
    ring: Ints, before: Counts, after: Counts, *, n_replications: int = 2000, seed: int = 0
) -> Displacement:
    """Measure displacement and diffusion from treated places into their rings [braga2019], [bowers2011].

    Parameters
    ----------
    ring
        (n_segments,) from `find_rings`; all rings together are the catchment
    before, after
        (n_segments,) incidents

    Raises
    ------
    InputError
        If there is no treated segment, no catchment or no control.
    """
    parts = (ring == TREATED, ring > TREATED, ring == CONTROL)
    if not all(part.any() for part in parts):
        raise InputError(
            "displacement: needs treated segments, rings around them and segments beyond, "
            f"got {', '.join(str(int(part.sum())) for part in parts)}; treat fewer segments or use fewer rings"
        )
    n_before = np.array([float(before[part].sum()) for part in parts])
    n_after = np.array([float(after[part].sum()) for part in parts])
    treated, catchment, control = (rate_ratio(a, b) for a, b in zip(n_after, n_before, strict=True))
    return Displacement(
        treated,
        catchment,
        control,
        _estimate_quotient(n_before, n_after, n_replications, seed),
        _estimate_difference(n_before, n_after),
    )


def _quotient(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the quotient from counts of treated, catchment and control in the last axis."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share_before, share_after = before[..., :2] / before[..., 2:], after[..., :2] / after[..., 2:]
        change = share_after - share_before
        return np.asarray(np.where(change[..., 0] == 0, np.nan, change[..., 1] / change[..., 0]))


def _estimate_quotient(
    before: NDArray[np.float64], after: NDArray[np.float64], n_replications: int, seed: int
) -> Estimate:
    """Estimate the quotient, with an interval from Poisson counts around those seen."""
    rng = np.random.default_rng(seed)
    before_draws = rng.poisson(before, (n_replications, 3)).astype(np.float64)
    draws = _quotient(before_draws, rng.poisson(after, (n_replications, 3)).astype(np.float64))
    return Estimate(float(_quotient(before, after)), *percentile_interval(draws[np.isfinite(draws)]))


def _estimate_difference(before: NDArray[np.float64], after: NDArray[np.float64]) -> Estimate:
    """Estimate incidents saved at treated and catchment, each against the control scaled to its size before.

    Wheeler & Ratcliffe take controls of equal size; scaling makes the rest of the city one.
    """
    scale = (before[0] + before[1]) / before[2] if before[2] else np.nan
    change = float(after[:2].sum() - before[:2].sum() - scale * (after[2] - before[2]))
    half = Z95 * float(np.sqrt(before[:2].sum() + after[:2].sum() + scale**2 * (before[2] + after[2])))
    return Estimate(change, change - half, change + half)
