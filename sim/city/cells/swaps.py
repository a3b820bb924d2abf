"""Mend and even out a division, one border segment at a time; every cell stays whole."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Lists = list[list[int]]

SWEEPS = 60
WAY_COUNTS = 3.0
"""What it costs a cell when all its segments lie one radius farther from the centre, against the square of the share by
which its load misses the fair one, times 100"""
CROSSING_COUNTS = 3.0
"""A crossing inside a cell costs as much as one segment that lies so many radii farther from the centre"""
LEAST_GAIN = 1e-9
FREE_SWEEPS = 10
"""Sweeps after which centres stay and loads count ever more"""


@dataclass(frozen=True)
class Fabric:
    """Hold what the exchange of segments needs to know of the streets."""

    neighbours: Lists
    """segments that share a junction with each segment"""
    opposite: Lists
    """streets that each segment meets across a main road"""
    load: Floats
    length_m: Floats
    place: list[tuple[float, float]]
    """midpoint of each segment, in radii of a typical cell"""


@dataclass
class _Division:
    """Hold a division while segments change hands; plain lists, since single items are read and written."""

    cell: list[int]
    load: list[float]
    """of each segment, the fair load of a cell being 1"""
    loads: list[float]
    """of each cell"""
    sizes: list[int]
    centre: list[tuple[float, float]]
    """mean place of each cell, in radii"""


def make_whole(fabric: Fabric, cell: Rows, n_cells: int) -> None:
    """Join pieces cut off from their cell to the cells around them, and give every empty cell a segment.

    Of a cell in pieces, the one with most load stays.
    """
    while orphans := _cut_off(fabric, cell):
        for piece in orphans:
            beside = [int(cell[t]) for s in piece for t in fabric.neighbours[s] if cell[t] != cell[s]]
            if beside:  # else another piece that joined its cell has linked it already
                cell[piece] = np.bincount(beside).argmax()
    for empty in np.flatnonzero(np.bincount(cell, minlength=n_cells) == 0):
        largest = np.flatnonzero(cell == np.bincount(cell, minlength=n_cells).argmax()).tolist()
        cells = cell.tolist()
        cell[next(s for s in largest if len(_leaving(fabric.neighbours, cells, s)) == 1)] = empty


def even_out(fabric: Fabric, cell: Rows, n_cells: int, seed: int) -> None:
    """Let border segments change to a cell beside theirs where that evens loads, shortens ways or saves a crossing.

    Segments are asked in an order drawn from `seed`; each takes the change that gains most. Later sweeps count loads
    ever more.
    """
    order = np.random.default_rng(seed).permutation(len(cell)).tolist()
    load = fabric.load * n_cells / fabric.load.sum()
    division = _Division(
        cell.tolist(),
        load.tolist(),
        np.bincount(cell, load, n_cells).tolist(),
        np.bincount(cell, minlength=n_cells).tolist(),
        _centres(fabric, cell, n_cells),
    )
    price = WAY_COUNTS * n_cells / len(cell)
    for sweep in range(SWEEPS):
        if sweep < FREE_SWEEPS:
            division.centre = _centres(fabric, np.array(division.cell), n_cells)
        moved = _sweep(fabric, division, order, price / max(1.0, sweep - FREE_SWEEPS))
        if not moved and sweep > FREE_SWEEPS:
            break
    cell[:] = division.cell


def _sweep(fabric: Fabric, now: _Division, order: list[int], price: float) -> int:
    """Ask every segment once; give how many moved."""
    moved = 0
    for s in order:
        here = now.cell[s]
        beside = {now.cell[t] for t in fabric.neighbours[s]} - {here}
        if not beside or now.sizes[here] == 1:
            continue
        change, there = min((_change(fabric, now, [s], other, price), other) for other in beside)
        if change > -LEAST_GAIN:
            continue
        leaving = _leaving(fabric.neighbours, now.cell, s)
        if len(leaving) > 1 and _change(fabric, now, leaving, there, price) > -LEAST_GAIN:
            continue
        _move(now, leaving, there)
        moved += len(leaving)
    return moved


def _move(now: _Division, leaving: list[int], there: int) -> None:
    for s in leaving:
        here, now.cell[s] = now.cell[s], there
        now.loads[here] -= now.load[s]
        now.loads[there] += now.load[s]
        now.sizes[here] -= 1
        now.sizes[there] += 1


def _change(fabric: Fabric, now: _Division, leaving: list[int], there: int, price: float) -> float:
    """Tell what it costs to move segments of one cell to another."""
    here = now.cell[leaving[0]]
    load = sum(now.load[s] for s in leaving)
    # (a - l - 1)^2 + (b + l - 1)^2 - (a - 1)^2 - (b - 1)^2
    uneven = 2.0 * load * (now.loads[there] - now.loads[here] + load)
    way = sum(dist(fabric.place[s], now.centre[there]) - dist(fabric.place[s], now.centre[here]) for s in leaving)
    across = [now.cell[t] for s in leaving for t in fabric.opposite[s] if t not in leaving]
    return 100.0 * uneven + price * (way + CROSSING_COUNTS * (across.count(there) - across.count(here)))


def _leaving(neighbours: Lists, cell: list[int], s: int) -> list[int]:
    """Name who leaves a cell when a segment does: itself, and what it would cut off from the largest part left."""
    here = cell[s]
    wanted = {t for t in neighbours[s] if cell[t] == here}
    seen = {s}
    parts: list[list[int]] = []
    while wanted:
        part = [min(wanted)]
        seen.add(part[0])
        wanted.discard(part[0])
        for segment in part:  # grows as it goes
            if not (wanted or parts):
                return [s]
            for t in neighbours[segment]:
                if t not in seen and cell[t] == here:
                    seen.add(t)
                    wanted.discard(t)
                    part.append(t)
        parts.append(part)
    parts.sort(key=len)
    return [s, *(t for part in parts[:-1] for t in part)]


def _centres(fabric: Fabric, cell: Rows, n_cells: int) -> list[tuple[float, float]]:
    metres = np.bincount(cell, fabric.length_m, n_cells)
    x, y = (np.bincount(cell, fabric.length_m * along, n_cells) / metres for along in np.array(fabric.place).T)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _cut_off(fabric: Fabric, cell: Rows) -> list[Rows]:
    """List the pieces of cells that do not hang together with the piece of their cell that has most load."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    row = np.repeat(np.arange(len(cell)), [len(near) for near in fabric.neighbours])
    other = np.array([t for near in fabric.neighbours for t in near], np.int64)
    same = cell[row] == cell[other]
    within = csr_matrix((np.ones(int(same.sum())), (row[same], other[same])), shape=(len(cell), len(cell)))
    n_pieces, piece = connected_components(within, directed=False)
    load = np.bincount(piece, fabric.load, n_pieces)
    of_cell = np.zeros(n_pieces, np.int64)
    of_cell[piece] = cell
    heaviest_first = np.lexsort((np.arange(n_pieces), -load, of_cell))
    first = np.unique(of_cell[heaviest_first], return_index=True)[1]
    return [np.flatnonzero(piece == p) for p in np.sort(np.delete(heaviest_first, first))]
