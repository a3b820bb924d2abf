"""Divide the streets among districts: cells that hang together and carry equal loads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Ints = NDArray[np.int32]
Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

EVEN_ENOUGH = 0.1
"""Misfit of a cell's load, as a share, that is not worth another cut"""

FEWEST_TO_EVEN = 10
"""Segments per cell below which loads are too coarse to be evened out"""


def divide_equal(net: StreetNetwork, n_cells: int, weight: NDArray[np.floating] | None = None) -> Ints:
    """Divide the segments into contiguous, compact cells of nearly equal weight.

    The city is halved again and again (each part in the proportion of the cells it must hold).
    A part is cut between two poles at the ends of its long axis, into what is nearer to the one
    and what is nearer to the other along the streets, the line being shifted until the weights
    fit. Every shortest path from a pole stays on its side of such a line, so both sides hang
    together by construction. Segments are neighbours when they share a junction.

    Parameters
    ----------
    weight
        (n_segments,) load of each segment: dwellings, calls, hours; street length when not given

    Returns
    -------
    cell
        (n_segments,) number of the cell, 0 to n_cells - 1; the same in every run

    Raises
    ------
    InputError
        If there are fewer segments than cells, the streets are not connected, or a weight is
        negative.
    """
    load = np.asarray(net.segment_length_m if weight is None else weight, np.float64)
    check_division(net, n_cells, load)
    # A trace of length breaks ties where many segments carry nothing.
    load = load + 1e-6 * max(load.sum(), 1.0) * net.segment_length_m / net.segment_length_m.sum()
    graph = segment_graph(net)
    cell = np.zeros(net.n_segments, np.int32)
    waiting = [(np.argsort(net.segment_key, kind="stable"), 0, n_cells)]
    while waiting:
        part, first, n = waiting.pop()
        if n == 1:
            cell[part] = first
            continue
        near, far, n_near = _cut(net, graph, part, load, n)
        waiting += [(near, first, n_near), (far, first + n_near, n - n_near)]
    if net.n_segments >= FEWEST_TO_EVEN * n_cells:
        _even_out(net, graph, cell, load, n_cells)
    return cell


def segment_graph(net: StreetNetwork) -> csr_matrix:
    """Build the matrix of metres between the midpoints of segments that share a junction."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy

    start, other = net.neighbours
    row = np.repeat(np.arange(net.n_segments), np.diff(start))
    metres = 0.5 * (net.segment_length_m[row] + net.segment_length_m[other])
    return csr_matrix((metres, other, start), shape=(net.n_segments, net.n_segments))


def check_division(net: StreetNetwork, n_cells: int, load: Floats) -> None:
    """Refuse cells that cannot be drawn: too many, in streets that do not hang together, or with negative loads."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - only builders of cities pay for SciPy

    if not 1 <= n_cells <= net.n_segments:
        raise InputError(
            f"cells: n_cells must lie between 1 and the {net.n_segments} segments of {net.name!r}, "
            f"got {n_cells}; try {min(max(n_cells, 1), net.n_segments)}"
        )
    if load.shape != (net.n_segments,) or not np.all(np.isfinite(load)) or load.min() < 0:
        raise InputError(
            f"cells: weight must be one finite number of 0 or more for each of {net.n_segments} segments, "
            f"got shape {load.shape}, from {load.min()}; leave it out to use street length"
        )
    n_pieces = connected_components(segment_graph(net), directed=False)[0]
    if n_pieces > 1:
        raise InputError(
            f"cells: the streets of {net.name!r} must be connected to be divided into contiguous cells, "
            f"got {n_pieces} separate pieces; keep the largest piece"
        )


def _cut(net: StreetNetwork, graph: csr_matrix, part: Rows, load: Floats, n: int) -> tuple[Rows, Rows, int]:
    """Cut a part for `n` cells in two, across its long axis or, where that fits badly, another.

    Returns the segments of either side and the number of cells that the first should hold.
    """
    inside = graph[part][:, part]
    best: tuple[float, Rows, Rows, int] | None = None
    for a, b in _poles(net, part):
        misfit, side, n_near = _cut_between(inside, a, b, load[part], n)
        if best is None or misfit < 0.8 * best[0]:
            best = (misfit, part[side], part[~side], n_near)
        if misfit < 0.02:
            break
    assert best is not None
    return best[1], best[2], best[3]


def _even_out(net: StreetNetwork, graph: csr_matrix, cell: Ints, load: Floats, n_cells: int) -> None:
    """Join the cell that fits worst with a neighbour and cut the two anew, while that helps.

    A bottleneck can leave two halves unequal; their neighbours can take up the difference.
    """
    fair = load.sum() / n_cells
    settled = np.zeros(n_cells, bool)
    for _ in range(2 * n_cells):
        misfit = np.where(settled, 0.0, np.abs(np.bincount(cell, load, n_cells) / fair - 1.0))
        worst = int(misfit.argmax())
        if misfit[worst] < EVEN_ENOUGH:
            return
        settled[worst] = True
        for other in _cells_beside(net, cell, worst):
            if _share_anew(net, graph, cell, load, (worst, other)):
                settled[[worst, other, *_cells_beside(net, cell, other)]] = False
                break


def _cells_beside(net: StreetNetwork, cell: Ints, worst: int) -> list[int]:
    start, other = net.neighbours
    beside = np.repeat(cell, np.diff(start)) == worst
    return [int(c) for c in np.unique(cell[other[beside]]) if c != worst]


def _share_anew(net: StreetNetwork, graph: csr_matrix, cell: Ints, load: Floats, pair: tuple[int, int]) -> bool:
    """Cut the union of two cells anew where that brings their loads nearer to each other."""
    part = np.flatnonzero((cell == pair[0]) | (cell == pair[1]))
    part = part[np.argsort(net.segment_key[part], kind="stable")]
    near, far, _ = _cut(net, graph, part, load, 2)
    gap = abs(load[near].sum() - load[far].sum())
    old_gap = abs(load[cell == pair[0]].sum() - load[cell == pair[1]].sum())
    if gap > 0.9 * old_gap:
        return False
    cell[near], cell[far] = pair
    return True


def _poles(net: StreetNetwork, part: Rows) -> Iterator[tuple[int, int]]:
    """Yield pairs of segments to cut between: the ends of its long axis, then of others."""
    place = np.stack([net.midpoint_x[part], net.midpoint_y[part]])
    place = place - place.mean(axis=1, keepdims=True)
    _, direction = np.linalg.eigh(place @ place.T)
    # The sign of an eigenvector is arbitrary; east, then north, makes it certain.
    short, long = (d @ place * (1.0 if (d[0], d[1]) > (0.0, 0.0) else -1.0) for d in direction.T)
    for along, across in ((long, short), (short, long), (long + short, long - short), (long - short, long + short)):
        # Ends near the axis, not in the corners, so that cuts run square across.
        yield int((along + abs(across)).argmin()), int((along - abs(across)).argmax())
        yield int(along.argmin()), int(along.argmax())


def _cut_between(inside: csr_matrix, a: int, b: int, load: Floats, n: int) -> tuple[float, NDArray[np.bool_], int]:
    """Find the line between poles `a` and `b` that shares `load` best, for any split of `n` cells.

    Returns the misfit (the larger excess of load per cell, as a share), the side of `a`, and
    how many of the cells lie there.
    """
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - only builders of cities pay for SciPy

    if a == b:
        b = (a + 1) % inside.shape[0]
    metres, before = dijkstra(inside, directed=False, indices=[a, b], return_predecessors=True)
    order, last = _line_up(metres[0], metres[1], before[0])
    load_a = np.cumsum(load[order])[last]
    total, size_a, size = load.sum(), last + 1, len(order)
    n_a = np.clip(np.round(n * load_a / total), np.maximum(1, n - size + size_a), np.minimum(size_a, n - 1))
    misfit = np.maximum(load_a / n_a, (total - load_a) / (n - n_a)) * n / total - 1.0
    # Even splits keep cells compact; take the most even among the cuts that fit well.
    cost = np.maximum(misfit, 0.01) + 0.02 * np.abs(2.0 * n_a / n - 1.0)
    cut = int(cost.argmin())
    side = np.zeros(size, bool)
    side[order[: size_a[cut]]] = True
    return float(misfit[cut]), side, int(n_a[cut])


def _line_up(from_a: Floats, from_b: Floats, before: Ints) -> tuple[Rows, Rows]:
    """Order segments from pole to pole such that both sides of every allowed cut hang together.

    The order is by lead, the difference of the distances to the poles. Streets behind a
    bottleneck share one lead. There the branches of the tree of shortest paths from `a` stay
    whole, and those that start farthest come first: the paths of the others to `b` run through
    branches that start nearer, so none is cut off.

    Parameters
    ----------
    before
        (n_part,) the segment before each on its shortest path from `a`, negative for `a` itself

    Returns
    -------
    order
        (n_part,) segments from the side of `a` to the side of `b`
    last
        positions in `order` after which a cut is allowed
    """
    n = len(from_a)
    by_lead = np.argsort(from_a - from_b, kind="stable")
    group = np.zeros(n, np.int64)
    group[by_lead[1:]] = np.cumsum(np.diff((from_a - from_b)[by_lead]) > 1e-6)
    before = np.where(before < 0, np.arange(n), before)
    root = np.where(group[before] == group, before, np.arange(n))
    while not np.array_equal(root, root[root]):
        root = root[root]
    order = np.lexsort((root, -from_a[root], group))
    return order, np.flatnonzero(np.diff(root[order]) != 0)
