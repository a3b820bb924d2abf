"""Where on Earth a city lies, how large it is and how much street it has: told of each city, for a user to compare."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from sim.city.reading.projection import transform
from sim.city.reading.words.account import account_text
from sim.city.streets import StreetNetwork
from sim.inputs.words import Lang

NOWHERE = "local"
"""Coordinate system of streets whose source names no place on Earth."""


@dataclass(frozen=True)
class Whereabouts:
    """Hold the centre of a city, its extent and its length of street.

    Longitude and latitude that changed places, a wrong coordinate system and streets that were lost all give a city
    that works. Only whoever knows the city can see that it is another one.
    """

    longitude: float
    """of the middle of its extent, degrees east; NaN for streets that lie nowhere on Earth"""
    latitude: float
    """degrees north"""
    width_m: float
    """from west to east"""
    height_m: float
    """from south to north"""
    street_m: float
    """length of all segments"""

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, lang: Lang = "en") -> str:
        """Say it for the report."""
        size = account_text(lang, "whereabouts.size").format(
            width=_km(self.width_m), height=_km(self.height_m), street=_km(self.street_m)
        )
        if isnan(self.longitude):
            return account_text(lang, "whereabouts.nowhere").format(size=size)
        north, east = "N" if self.latitude >= 0 else "S", "E" if self.longitude >= 0 else "W"
        centre = account_text(lang, "whereabouts.centre").format(
            latitude=f"{abs(self.latitude):.3f}", north=account_text(lang, f"whereabouts.{north}"),
            longitude=f"{abs(self.longitude):.3f}", east=account_text(lang, f"whereabouts.{east}"),
        )  # fmt: skip
        return account_text(lang, "whereabouts.around").format(centre=centre, size=size)


def locate(streets: StreetNetwork) -> Whereabouts:
    """Say where streets lie and how far they reach."""
    x, y = streets.geometry_x, streets.geometry_y
    longitude = latitude = nan
    if streets.crs != NOWHERE:
        middle = np.array([0.5 * (x.min() + x.max())]), np.array([0.5 * (y.min() + y.max())])
        longitude, latitude = (
            ends.item() for ends in transform(*middle, streets.crs, "EPSG:4326", source=repr(streets.name))
        )
    return Whereabouts(
        float(longitude), float(latitude), float(np.ptp(x)), float(np.ptp(y)), float(streets.segment_length_m.sum())
    )


def _km(metres: float) -> str:
    return f"{metres / 1000:,.1f}"
