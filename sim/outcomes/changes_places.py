"""Where offences were prevented, caused and displaced: by segment, and in rings round the treated ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.outcomes.displacement import CONTROL

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TREATED_SHARE = 0.02
"""share of segments, as many as a weekly map of hot spots names"""
BY_PLACE = ("n_a", "n_b", "stayed", "moved_out", "moved_in", "prevented", "caused")


def measure_extra_police(panel_a: pd.DataFrame, panel_b: pd.DataFrame, n_segments: int) -> Floats:
    """Measure how many more officer-minutes in sight each segment had in the second run.

    Parameters
    ----------
    panel_a, panel_b
        the panels of segments: baseline, and the run to compare with it
    """
    minutes = [
        np.bincount(panel["segment"].to_numpy(np.int64), panel["police_min"].to_numpy(np.float64), n_segments)
        for panel in (panel_a, panel_b)
    ]
    return np.asarray(minutes[1] - minutes[0], np.float64)


def find_treated(extra_min: Floats, *, share: float = TREATED_SHARE) -> Ints:
    """Name the segments where police minutes rose most: what a policy did counts, not what it is called.

    Segments without a rise are never named, and a tie at the last place lets all who tie in, so that the
    choice does not depend on how segments are numbered.

    Parameters
    ----------
    extra_min
        (n_segments,) from `measure_extra_police`
    share
        share of all segments

    Raises
    ------
    InputError
        If the share does not lie above 0 and at most at 1.
    """
    if not 0.0 < share <= 1.0:
        raise InputError(f"the share of treated segments must lie above 0 and at most at 1, got {share}")
    n = max(1, round(share * len(extra_min)))
    least = np.sort(extra_min)[::-1][n - 1]
    return np.flatnonzero((extra_min > 0) & (extra_min >= least))


def tabulate_segments(changes: pd.DataFrame, n_segments: int) -> pd.DataFrame:
    """Count by segment what went, what came and what stayed.

    Any offence with a place in both runs counts as `stayed` where that is the same segment, else as `moved_out` of one
    and `moved_in` to the other, whether it also changed in time or type. So `n_a` = stayed + moved_out + prevented and
    `n_b` = stayed + moved_in + caused, segment by segment.

    Parameters
    ----------
    changes
        from `sim.outcomes.changes.list_changes`

    Returns
    -------
    table
        indexed by `segment`: the columns `BY_PLACE`
    """
    a, b = changes["segment_a"].to_numpy(np.int64), changes["segment_b"].to_numpy(np.int64)
    in_a, in_b = a >= 0, b >= 0
    counted = {
        "n_a": a[in_a],
        "n_b": b[in_b],
        "stayed": a[in_a & (a == b)],
        "moved_out": a[in_a & in_b & (a != b)],
        "moved_in": b[in_a & in_b & (a != b)],
        "prevented": a[~in_b],
        "caused": b[~in_a],
    }
    table = pd.DataFrame({name: np.bincount(counted[name], minlength=n_segments) for name in BY_PLACE})
    return table.rename_axis("segment")


def tabulate_ring_changes(by_segment: pd.DataFrame, ring: Ints) -> pd.DataFrame:
    """Sum the table of segments over treated places, each ring round them and the rest of the city.

    Parameters
    ----------
    by_segment
        from `tabulate_segments`
    ring
        (n_segments,) from `sim.outcomes.displacement.find_rings`

    Returns
    -------
    table
        indexed by `ring` (0 treated, -1 the rest, last): `n_segments` and the columns `BY_PLACE`
    """
    table = by_segment[list(BY_PLACE)].groupby(ring).sum()
    table.insert(0, "n_segments", np.bincount(ring + 1)[table.index.to_numpy() + 1])
    rings = [number for number in table.index if number != CONTROL]
    return table.loc[[*rings, *([CONTROL] if CONTROL in table.index else [])]].rename_axis("ring")
