"""Choosing from many in proportion to what each offers: a search in a rising sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiling.compiled import compiled


@compiled
def first_above(rising: NDArray[np.float64], value: float) -> int:
    """Return where the first number above `value` stands, or the size if there is none."""
    low, high = 0, rising.size
    while low < high:
        middle = (low + high) >> 1
        if rising[middle] > value:
            high = middle
        else:
            low = middle + 1
    return low
