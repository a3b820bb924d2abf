"""Does a slower response clear fewer crimes? Asked of neighbours on two sides of a service boundary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.clearance import time_to_clearance
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.seen import Seen, watch

Floats = NDArray[np.float64]
YEAR_DAYS = 365.0


def service_boundaries(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Regress clearance within a year on the logarithm of the response, by the distance to the station.

    As the authors did: only places near a boundary of two districts, each small area with a level of its own, and the
    distance to the own station as the instrument, so that what makes a place both slow and hard to solve cancels out.
    """
    seen = watch(scenario, setting.policy, seed)
    return {"points_per_tenth": slope_at_boundaries(seen, float(setting.design["within_m"]))}


def slope_at_boundaries(seen: Seen, within_m: float) -> float:
    """Give the change of the share cleared, in percentage points, for a response that takes 10 % longer."""
    incidents = seen.tables["incidents"]
    chosen = (incidents["t"] < (seen.scenario.n_days - YEAR_DAYS) * 1440.0) & (incidents["response_min"] > 0)
    incidents = incidents[chosen]
    days, cleared = time_to_clearance(incidents, seen.tables["arrests"], end_min=seen.scenario.n_days * 1440.0)
    solved = (cleared & (days <= YEAR_DAYS)).astype(float)
    area, distance = _areas(seen, within_m)
    segment = incidents["segment"].to_numpy()
    near = area[segment] >= 0
    slow = np.log(incidents["response_min"].to_numpy(np.float64)[near])
    slope = instrumented_slope(solved[near], slow, distance[segment][near], area[segment][near])
    return float(100.0 * np.log(1.1) * slope)


def instrumented_slope(y: Floats, x: Floats, z: Floats, group: NDArray[np.integer]) -> float:
    """Give the slope of y on x by the instrument z, with a level of its own for each group."""
    y, x, z = (_within(values, group) for values in (y, x, z))
    first_stage = float(z @ x)
    return float(z @ y) / first_stage if first_stage != 0.0 else np.nan


def _within(values: Floats, group: NDArray[np.integer]) -> Floats:
    _, index = np.unique(group, return_inverse=True)
    means = np.bincount(index, values) / np.bincount(index)
    centred: Floats = values - means[index]
    return centred


def _areas(seen: Seen, within_m: float) -> tuple[NDArray[np.int64], Floats]:
    """Give each segment its square of the map, or -1 where that holds one district only, and the way to its station."""
    streets, district = seen.world.city.streets, seen.world.state.segments["district"].astype(np.int64)
    x, y = streets.midpoint_x, streets.midpoint_y
    square = np.unique(np.column_stack([x // (2 * within_m), y // (2 * within_m)]), axis=0, return_inverse=True)[
        1
    ].ravel()
    pairs = np.unique(np.column_stack([square, district]), axis=0)
    mixed = np.bincount(pairs[:, 0], minlength=square.max() + 1) > 1
    n_districts = int(district.max()) + 1
    officers = seen.world.state.officers
    home = np.full((n_districts, 2), np.nan)
    for junction in np.unique(officers["station"]):
        place = np.array([streets.junction_x[junction], streets.junction_y[junction]])
        nearest = int(np.argmin(np.hypot(x - place[0], y - place[1])))
        home[district[nearest]] = place
    away = np.hypot(x - home[district, 0], y - home[district, 1])
    usable = mixed[square] & np.isfinite(away)
    return np.where(usable, square, -1), np.where(usable, away, 0.0)
