"""Which deployments no other one beats in everything, and which of them a person should look at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def in_boxes(values: Floats, steps: Floats) -> Floats:
    """Round values to steps, so that a difference that is nothing does not put a deployment on the front.

    Dominance between boxes is an order, unlike "better by more than a step", which can go round in circles (Laumanns
    et al. 2002).

    Parameters
    ----------
    values
        (n, n_goals) less is better
    steps
        (n_goals,) above 0
    """
    return np.round(values / steps)


def find_front(values: Floats) -> NDArray[np.bool_]:
    """Mark the rows that no other row beats: nowhere worse, and somewhere better.

    Parameters
    ----------
    values
        (n, n_goals) less is better; a row with a value that is not known is on no front
    """
    known: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))
    out = known.copy()
    for i in np.flatnonzero(known):
        others = values[known]
        beats = (others <= values[i]).all(axis=1) & (others < values[i]).any(axis=1)
        out[i] = not beats.any()
    return out


def choose_points(values: Floats, n: int) -> list[int]:
    """Choose rows of a front to look at: the compromise first, then the best in each goal, then those farthest apart.

    The compromise is nearest to what would be best in everything at once, each goal measured by its range on the front.
    """
    if not len(values):
        return []
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / np.where(high > low, high - low, 1.0)
    order = [int(np.sqrt((scaled**2).sum(axis=1)).round(12).argmin())]
    order += [int(best) for best in scaled.argmin(axis=0)]
    chosen = list(dict.fromkeys(order))[:n]
    while len(chosen) < min(n, len(values)):
        gap = np.sqrt(((scaled[:, None, :] - scaled[chosen][None]) ** 2).sum(axis=2)).min(axis=1)
        gap[chosen] = -1.0
        chosen.append(int(gap.round(12).argmax()))
    return chosen
