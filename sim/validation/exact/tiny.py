"""Cities so simple that theory says what must happen in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.land_use import City, LandUse
from sim.city.streets import StreetNetwork
from sim.scenarios.scenario import Scenario

EMPTY: dict[str, Any] = {
    "migrants.share_of_residents": 0.0,
    "offending.share_offending": 0.0,
    "disputes.disputes_per_household": 0.0,
    "demand.other_calls": 0.0,
    "dispatch.call_handling_min": 0.0,
    "force.n_response": 0,
    "force.n_foot": 0,
    "force.n_community": 0,
    "force.n_detective": 0,
    "force.n_auxiliary": 0,
    "force.n_mediator": 0,
    "force.n_districts": 1,
    "force.p_on_duty": 1.0,
    "force.rest_min": 0.0,
    "force.report_min": 0.0,
    "force.briefing_min": 0.0,
    "force.handover_min": 0.0,
    "force.training_days": 0.0,
    "force.least_crew": 0.0,
    "force.stops_per_hour": 0.0,
    "attitudes.p_street_hears": 0.0,
}
"""Nothing happens and nobody is there: each check adds what it is about."""


def streets(
    ends: Sequence[tuple[int, int]],
    *,
    length_m: float | NDArray[np.float64] = 100.0,
    speed_kmh: float = 50.0,
    one_way: bool | NDArray[np.bool_] = False,
) -> StreetNetwork:
    """Join junctions, which lie on a circle, by segments.

    Parameters
    ----------
    length_m, one_way
        of all segments, or of each
    """
    start, stop = (np.array(side, np.int32) for side in zip(*ends, strict=True))
    n, n_junctions = len(ends), int(max(start.max(), stop.max())) + 1
    lengths = np.broadcast_to(np.asarray(length_m, np.float64), n).copy()
    angle = 2 * np.pi * np.arange(n_junctions) / n_junctions
    radius = float(lengths.mean()) * n_junctions / (2 * np.pi)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    return StreetNetwork(
        name="tiny",
        junction_x=x,
        junction_y=y,
        segment_from=start,
        segment_to=stop,
        segment_length_m=lengths,
        segment_speed_kmh=np.full(n, speed_kmh),
        segment_class=np.full(n, 5, np.uint8),
        drive_forward=np.ones(n, bool),
        drive_backward=np.broadcast_to(~np.asarray(one_way), n).copy(),
        walkable=np.ones(n, bool),
        geometry_start=np.arange(0, 2 * n + 1, 2, dtype=np.int32),
        geometry_x=np.column_stack([x[start], x[stop]]).ravel(),
        geometry_y=np.column_stack([y[start], y[stop]]).ravel(),
        synthetic=True,
    )


def ring(n: int, *, length_m: float = 100.0, speed_kmh: float = 50.0) -> StreetNetwork:
    """Make a circular street of `n` segments."""
    return streets([(i, (i + 1) % n) for i in range(n)], length_m=length_m, speed_kmh=speed_kmh)


def peopled(net: StreetNetwork, share: Sequence[float] | NDArray[np.float64]) -> City:
    """Put homes, jobs, venues and shops on the segments of a city by their shares."""
    there = np.asarray(share, np.float32)
    use = LandUse(there, there, there, there, np.zeros_like(there), inferred=False)
    return City(net, use, np.zeros(net.n_segments, np.int32))


def all_at(net: StreetNetwork, segment: int) -> City:
    """Put every home, job, venue and shop of a city on one segment."""
    return peopled(net, np.arange(net.n_segments) == segment)


def quiet_town(changes: dict[str, Any]) -> Scenario:
    """Make a scenario in which nothing happens but what is named.

    Parameters
    ----------
    changes
        parameters by dotted name
    """
    return Scenario().replace({"name": "tiny", "people.residents_per_agent": 1.0} | EMPTY | changes)
