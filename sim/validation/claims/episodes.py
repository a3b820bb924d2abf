"""Stays of police at segments, put together from a look at every tick, since the ledger keeps only sums of a month."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import HOLD, NONE, STOP
from sim.world import World

Floats = NDArray[np.float64]
AT_THE_PLACE = (HOLD, STOP)
"""Activities of who was sent to a place and is there; a stop of somebody interrupts no stay."""


class Departures:
    """Note when officers left a segment, how long they had been there, and when the next one came.

    A stay is seen if it lasts over the end of a tick; its end is known to within one.
    """

    def __init__(self) -> None:
        self._segment: NDArray[np.int32] | None = None
        self._staying: NDArray[np.int32] | None = None
        self._since: Floats = np.zeros(0)
        self._left: list[tuple[NDArray[np.int32], Floats, float]] = []
        self._came: list[tuple[NDArray[np.int32], Floats]] = []

    def look(self, world: World) -> None:
        """Look at the officers at the end of a tick.

        A stay is that of an officer who was sent there; one who passes on the way elsewhere only interrupts the quiet
        after it. Cars pass through cold streets most of the time, and would make drive-bys look harmless.
        """
        officers, now = world.state.officers, float(world.state.c["tick"][0] * world.state.p["tick_min"][0])
        segment, since = officers["segment"].copy(), officers["since"].copy()
        staying = np.where(np.isin(officers["activity"], AT_THE_PLACE), segment, NONE)
        if self._segment is not None and self._staying is not None:
            moved = (segment != self._segment) | (since != self._since)
            gone, come = moved & (self._staying != NONE), moved & (segment != NONE)
            self._left.append((self._staying[gone], now - self._since[gone], now))
            self._came.append((segment[come], since[come]))
        self._segment, self._since, self._staying = segment, since, staying

    def chance_within(self, minutes: float, shortest: float, longest: float, offences: pd.DataFrame) -> float:
        """Give the chance of an offence within some minutes after a stay, from the rate while nobody was there.

        Parameters
        ----------
        shortest, longest
            minutes of the stays that count
        offences
            ledger table
        """
        place, left, length = self._departures()
        chosen = (length >= shortest) & (length <= longest)
        place, left = place[chosen], left[chosen]
        back = _next_after(place, left, *self._arrivals())
        exposed = np.minimum(back - left, minutes)
        offence_place, offence_t = offences["segment"].to_numpy(), offences["t"].to_numpy(np.float64)
        struck = _next_after(place, left, offence_place, offence_t) - left
        n_events = int((struck < exposed).sum())
        at_risk = float(np.minimum(exposed, struck).sum())
        return 1.0 - float(np.exp(-minutes * n_events / at_risk)) if at_risk > 0.0 else np.nan

    def _departures(self) -> tuple[NDArray[np.int32], Floats, Floats]:
        """Give place, time and length of every stay that ended."""
        place = np.concatenate([one[0] for one in self._left])
        length = np.concatenate([one[1] for one in self._left])
        left = np.concatenate([np.full(len(one[0]), one[2]) for one in self._left])
        return place, left, length

    def _arrivals(self) -> tuple[NDArray[np.int32], Floats]:
        return np.concatenate([one[0] for one in self._came]), np.concatenate([one[1] for one in self._came])


def _next_after(place: NDArray[np.integer], t: Floats, event_place: NDArray[np.integer], event_t: Floats) -> Floats:
    """Give the time of the next event at the same place; infinity where none comes."""
    order = np.lexsort((event_t, event_place))
    event_place, event_t = event_place[order], event_t[order]
    start = np.searchsorted(event_place, place, "left")
    end = np.searchsorted(event_place, place, "right")
    # One key that grows with place and time finds the next event of each place at once.
    span = 1.0 + max(float(event_t.max(initial=0.0)), float(t.max(initial=0.0)))
    nearest = np.searchsorted(event_place * span + event_t, place * span + t, "right")
    nearest = np.maximum(nearest, start)
    found = nearest < end
    following = np.full(len(place), np.inf)
    following[found] = event_t[nearest[found]]
    return following
