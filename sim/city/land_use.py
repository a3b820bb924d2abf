"""What stands along a street: homes, work, shops, places to go out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork

Floats32 = NDArray[np.float32]


@dataclass(frozen=True)
class LandUse:
    """Hold what each segment offers, one value per segment.

    Where a source has buildings and points of interest these are counts; otherwise they are
    inferred from street class and centrality by a seeded rule, and `inferred` says so.
    """

    dwellings: Floats32
    """(n_segments,) homes"""
    jobs: Floats32
    """(n_segments,) work places, schools included"""
    venues: Floats32
    """(n_segments,) bars, restaurants and other places of the evening"""
    shops: Floats32
    """(n_segments,) shops"""
    stations: Floats32
    """(n_segments,) stations and large stops"""
    inferred: bool
    """inferred from the streets, not observed"""


@dataclass(frozen=True)
class City:
    """Join the streets, their land use and the districts they are divided into."""

    streets: StreetNetwork
    land_use: LandUse
    district: NDArray[np.int32]
    """(n_segments,) number of the district (beat), 0 to n_districts - 1"""
