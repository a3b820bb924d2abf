"""The street network: the fixed ground on which everybody acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

STREET_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service", "path")
"""Street classes from busiest to quietest; `segment_class` holds an index into this tuple."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """Directed arcs in compressed rows: those of junction `j` are `start[j]:start[j + 1]`.

    Two of these exist for a city, one for walkers and one for vehicles, because they do not
    obey the same one-way signs.
    """

    start: Ints
    """(n_junctions + 1,)"""
    head: Ints
    """(n_arcs,) junction at which the arc ends"""
    segment: Ints
    """(n_arcs,) segment that the arc runs along"""


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Hold junctions and street segments as immutable arrays.

    The segment, both sides of a street between two junctions, is the place of this model:
    the criminology of place states its regularities about segments (Weisburd 2015).
    Junctions only route. Coordinates are metres in a local projection.

    Raises
    ------
    InputError
        If an array has the wrong shape, an end of a segment is no junction, or a length or
        speed is not positive.
    """

    name: str
    junction_x: Floats
    """(n_junctions,) metres east"""
    junction_y: Floats
    """(n_junctions,) metres north"""
    segment_from: Ints
    """(n_segments,) junction at which the geometry starts"""
    segment_to: Ints
    """(n_segments,) junction at which it ends"""
    segment_length_m: Floats
    """(n_segments,) length along the street"""
    segment_speed_kmh: Floats
    """(n_segments,) free driving speed"""
    segment_class: NDArray[np.uint8]
    """(n_segments,) index into `STREET_CLASSES`"""
    drive_forward: NDArray[np.bool_]
    """(n_segments,) vehicles may go from `segment_from` to `segment_to`"""
    drive_backward: NDArray[np.bool_]
    """(n_segments,) vehicles may go the other way"""
    walkable: NDArray[np.bool_]
    """(n_segments,) people on foot may use it, both ways"""
    geometry_start: Ints
    """(n_segments + 1,) where the points of a segment begin in `geometry_x` and `geometry_y`"""
    geometry_x: Floats
    """(n_points,) metres east, from `segment_from` to `segment_to`"""
    geometry_y: Floats
    """(n_points,) metres north"""
    crs: str = "local"
    """coordinate system of the metres, as text that pyproj understands, or 'local'"""
    attribution: str = ""
    """the notice that the licence of the data asks for; printed on every map"""
    synthetic: bool = False
    """no real city: said so in every output"""
    source: str = ""
    """where the streets came from: file, place name and date, or generator and seed"""
    segment_key: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    """(n_segments,) identity of a segment in random draws; row numbers when not given"""

    def __post_init__(self) -> None:
        if self.segment_key.size == 0:
            object.__setattr__(self, "segment_key", np.arange(self.n_segments, dtype=np.uint64))
        self._check()
        for value in self.__dict__.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def _check(self) -> None:
        n = self.n_segments
        per_segment = [
            "segment_to",
            "segment_length_m",
            "segment_speed_kmh",
            "segment_class",
            "drive_forward",
            "drive_backward",
            "walkable",
            "segment_key",
        ]
        for column in per_segment:
            if getattr(self, column).shape != (n,):
                raise InputError(
                    f"street network {self.name!r}: {column} must have one value per segment ({n}), "
                    f"got shape {getattr(self, column).shape}"
                )
        ends = np.concatenate([self.segment_from, self.segment_to])
        if n == 0 or ends.min() < 0 or ends.max() >= self.n_junctions:
            raise InputError(
                f"street network {self.name!r}: every segment must join two of its {self.n_junctions} "
                f"junctions, and there must be at least one segment, got {n} segments"
            )
        for column in ("segment_length_m", "segment_speed_kmh"):
            if not np.all(getattr(self, column) > 0):
                raise InputError(
                    f"street network {self.name!r}: {column} must be positive everywhere, "
                    f"got {getattr(self, column).min()}"
                )

    @property
    def n_junctions(self) -> int:
        """Count the junctions."""
        return len(self.junction_x)

    @property
    def n_segments(self) -> int:
        """Count the segments."""
        return len(self.segment_from)

    @cached_property
    def midpoint_x(self) -> Floats:
        """Give metres east of the point half-way along each segment's straight chord."""
        return 0.5 * (self.junction_x[self.segment_from] + self.junction_x[self.segment_to])

    @cached_property
    def midpoint_y(self) -> Floats:
        """Give metres north of the point half-way along each segment's straight chord."""
        return 0.5 * (self.junction_y[self.segment_from] + self.junction_y[self.segment_to])

    @cached_property
    def walk(self) -> Arcs:
        """List the arcs open to people on foot: both ways of every walkable segment."""
        return _arcs(self, self.walkable, self.walkable)

    @cached_property
    def drive(self) -> Arcs:
        """List the arcs open to vehicles, one-way streets obeyed."""
        return _arcs(self, self.drive_forward, self.drive_backward)

    @cached_property
    def neighbours(self) -> tuple[Ints, Ints]:
        """List, for each segment, the segments that share a junction with it.

        Returns
        -------
        start
            (n_segments + 1,) where a segment's neighbours begin
        segment
            their numbers, without repetition, ordered by key
        """
        return _neighbours(self)


def _arcs(net: StreetNetwork, forward: NDArray[np.bool_], backward: NDArray[np.bool_]) -> Arcs:
    f, b = np.flatnonzero(forward), np.flatnonzero(backward)
    tail = np.concatenate([net.segment_from[f], net.segment_to[b]])
    head = np.concatenate([net.segment_to[f], net.segment_from[b]])
    segment = np.concatenate([f, b])
    # Ordered by key, not by row, so that renumbering segments renumbers results and nothing else.
    order = np.lexsort((net.segment_key[segment], tail))
    start = np.zeros(net.n_junctions + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=net.n_junctions), out=start[1:])
    return Arcs(start, head[order].astype(np.int32), segment[order].astype(np.int32))


def _neighbours(net: StreetNetwork) -> tuple[Ints, Ints]:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy

    n = net.n_segments
    rows = np.tile(np.arange(n), 2)
    ends = np.concatenate([net.segment_from, net.segment_to])
    touches = csr_matrix((np.ones(2 * n, np.int32), (rows, ends)), shape=(n, net.n_junctions))
    pairs = (touches @ touches.T).tocoo()
    row, col = pairs.row[pairs.row != pairs.col], pairs.col[pairs.row != pairs.col]
    order = np.lexsort((net.segment_key[col], row))
    start = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(row, minlength=n), out=start[1:])
    return start, col[order].astype(np.int32)
