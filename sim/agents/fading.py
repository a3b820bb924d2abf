"""How what fades by halves has faded."""

from __future__ import annotations

import math

from sim.compiling.compiled import compiled

LOG_2 = math.log(2.0)


@compiled
def left_after(time: float, half_life: float) -> float:
    """Return the share that is left after a time, in the unit of the half-life.

    By the exponential, not as a power of a half: a compiler works out such powers in a way of its own, which differs
    from Python's in the last bit.
    """
    return math.exp(-LOG_2 * time / half_life)
