"""What one source gave, before repair."""

from __future__ import annotations

from dataclasses import dataclass

from sim.city.reading.buildings import Buildings
from sim.city.reading.pieces import StreetPieces
from sim.city.reading.words.told import Told

OSM_NOTICE = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True)
class SourceStreets:
    """Hold what one source gave, before repair."""

    pieces: StreetPieces
    crs: str
    """coordinate system of the metres of the pieces"""
    told: Told
    notice: str = ""
    """the notice that the licence of the source asks for"""
    buildings: Buildings | None = None
    """what stands along the streets; None where the source does not know"""
