"""Street pieces as a source gives them, before anything is repaired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.snapping import SNAP_M, number_places
from sim.city.reading.words.kinds import StreetKind
from sim.city.streets import Floats, Ints

Bools = NDArray[np.bool_]
Lines = NDArray[np.object_]
Tally = defaultdict[str, float]
"""what a repair has counted so far, by the name of the field of its report"""


@dataclass(frozen=True)
class StreetPieces:
    """Hold raw pieces of street: whatever a file says, with holes where it says nothing.

    Pieces may repeat, have no length, fall apart into components or end nowhere; `repair_streets`
    makes a `StreetNetwork` of them. Coordinates are metres.
    """

    node_x: Floats
    """(n_nodes,) metres east"""
    node_y: Floats
    """(n_nodes,) metres north"""
    start: Ints
    """(n_pieces,) node at which the line starts"""
    end: Ints
    """(n_pieces,) node at which it ends"""
    line: Lines
    """(n_pieces,) each a (k, 2) array of metres, k at least 2"""
    length_m: Floats
    """(n_pieces,) along the street; NaN when not given"""
    speed_kmh: Floats
    """(n_pieces,) NaN when not given"""
    street_class: NDArray[np.uint8]
    """(n_pieces,) index into `STREET_CLASSES`"""
    forward: Bools
    """(n_pieces,) vehicles may go from `start` to `end`"""
    backward: Bools
    """(n_pieces,) vehicles may go the other way"""
    walkable: Bools
    """(n_pieces,) open to people on foot"""

    def __len__(self) -> int:
        return len(self.start)

    def take(self, which: NDArray[Any]) -> StreetPieces:
        """Keep the pieces that a mask or an index array names; nodes stay."""
        columns = {f.name: getattr(self, f.name)[which] for f in fields(self) if not f.name.startswith("node_")}
        return replace(self, **columns)

    def flip(self, which: Bools) -> StreetPieces:
        """Turn the pieces of a mask round; the street stays the same street."""
        line = self.line.copy()
        for i in np.flatnonzero(which):
            line[i] = line[i][::-1]
        return replace(
            self,
            start=np.where(which, self.end, self.start),
            end=np.where(which, self.start, self.end),
            forward=np.where(which, self.backward, self.forward),
            backward=np.where(which, self.forward, self.backward),
            line=line,
        )


def join_pieces(first: StreetPieces, second: StreetPieces) -> StreetPieces:
    """Put two lists of pieces over the same nodes behind one another."""
    columns = {
        f.name: np.concatenate([getattr(first, f.name), getattr(second, f.name)])
        for f in fields(first)
        if not f.name.startswith("node_")
    }
    return replace(first, **columns)


def line_array(lines: Sequence[NDArray[np.float64]]) -> Lines:
    """Keep lines of different lengths in one array that can be indexed."""
    held: Lines = np.empty(len(lines), object)
    for i, line in enumerate(lines):
        held[i] = line
    return held


def line_length(line: NDArray[np.float64]) -> float:
    """Measure a line in metres."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


@dataclass(frozen=True)
class LineKinds:
    """Hold what a source says about each of its lines, one value per line."""

    street_class: NDArray[np.uint8]
    """(n_lines,) index into `STREET_CLASSES`"""
    speed_kmh: Floats
    """(n_lines,) NaN when not given"""
    forward: Bools
    """(n_lines,) vehicles may follow the line"""
    backward: Bools
    """(n_lines,) vehicles may go against it"""
    walkable: Bools
    """(n_lines,) open to people on foot"""


def stack_kinds(kinds: Sequence[StreetKind]) -> LineKinds:
    """Turn one record a line into one array a property."""
    rank, speed, forward, backward, walkable = zip(*kinds, strict=True) if kinds else ((), (), (), (), ())
    return LineKinds(
        np.array(rank, np.uint8), np.array(speed, float), np.array(forward, bool), np.array(backward, bool),
        np.array(walkable, bool),
    )  # fmt: skip


def link_pieces(
    start_name: Sequence[object],
    end_name: Sequence[object],
    lines: Sequence[NDArray[np.float64]],
    kinds: LineKinds,
    length_m: Floats,
) -> StreetPieces:
    """Make pieces of links that name the nodes they join, as graphs do: they meet there and nowhere else.

    Parameters
    ----------
    start_name, end_name
        Name of the node at either end of each link.
    lines
        (k, 2) metres each, from start to end.
    kinds
        What the source says about each link.
    length_m
        (n_links,) NaN where it is not given.
    """
    names = [str(name) for name in (*start_name, *end_name)]
    _, first, number = np.unique(names, return_index=True, return_inverse=True)
    ends = np.array([line[0] for line in lines] + [line[-1] for line in lines]).reshape(-1, 2)
    start, end = number[: len(lines)].astype(np.int32), number[len(lines) :].astype(np.int32)
    return StreetPieces(
        ends[first, 0], ends[first, 1], start, end, line_array(lines), length_m, kinds.speed_kmh,
        kinds.street_class, kinds.forward, kinds.backward, kinds.walkable,
    )  # fmt: skip


def split_lines(lines: Sequence[Ints], x: Floats, y: Floats, kinds: LineKinds) -> StreetPieces:
    """Cut lines at the vertices that they share, so that pieces meet at their ends only.

    Two lines that merely cross, without a vertex in common, do not meet: one of them is a bridge.
    A line that repeats another one is cut at each of its vertices; `repair_streets` merges the copies
    and joins what was cut in vain.

    Parameters
    ----------
    lines
        Vertices of each line, as numbers into `x` and `y`; lines of fewer than two are left out.
    x, y
        (n_vertices,) metres.
    kinds
        What the source says about each line.
    """
    is_node = _junction_vertices(lines, len(x))
    number = np.cumsum(is_node) - 1
    start, end, line, origin = [], [], [], []
    for i, vertices in enumerate(lines):
        cuts = np.flatnonzero(is_node[vertices])
        for a, b in pairwise(cuts):
            part = vertices[a : b + 1]
            start.append(number[part[0]])
            end.append(number[part[-1]])
            line.append(np.column_stack([x[part], y[part]]))
            origin.append(i)
    of = np.array(origin, np.int64)
    return StreetPieces(
        x[is_node], y[is_node], np.array(start, np.int32), np.array(end, np.int32), line_array(line),
        np.full(len(of), np.nan), kinds.speed_kmh[of], kinds.street_class[of], kinds.forward[of], kinds.backward[of],
        kinds.walkable[of],
    )  # fmt: skip


def _junction_vertices(lines: Sequence[Ints], n_vertices: int) -> Bools:
    used = [line for line in lines if len(line) > 1]
    if not used:
        return np.zeros(n_vertices, bool)
    is_node = np.bincount(np.concatenate(used), minlength=n_vertices) > 1
    is_node[[line[0] for line in used]] = True
    is_node[[line[-1] for line in used]] = True
    return is_node


def number_vertices(
    lines: Sequence[NDArray[np.float64]], tolerance_m: float = SNAP_M
) -> tuple[list[Ints], Floats, Floats]:
    """Give equal places equal numbers, for sources that know coordinates and no node numbers.

    Parameters
    ----------
    lines
        (k, 2) metres each.
    tolerance_m
        Vertices no further apart than this are one.

    Returns
    -------
    lines
        Vertex numbers of each line, immediate repetitions left out.
    x, y
        (n_vertices,) metres.
    """
    places, number = number_places(np.concatenate(lines) if lines else np.zeros((0, 2)), tolerance_m)
    ends = np.cumsum([len(line) for line in lines])
    parts = np.split(number, ends[:-1]) if lines else []
    return [p[np.append(True, p[1:] != p[:-1])] for p in parts], places[:, 0].copy(), places[:, 1].copy()
