"""When two pieces of street are one: copies, chains through mere joints, and loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.ordering import line_marks
from sim.city.reading.pieces import Bools, StreetPieces, Tally, join_pieces, line_array, line_length

SAME_LENGTH_SHARE = 0.01
SAME_LENGTH_M = 1.0
SAME_PLACE_M = 10.0
"""Two pieces between the same nodes are one street when their lengths differ by no more than the larger
of the first two and their half-way points lie no further apart than the third: the carriageways
of one street do, the two sides of a block do not."""


def drop_copies(p: StreetPieces, count: Tally) -> StreetPieces:
    """Merge the pieces that repeat a street; what any copy allows is allowed.

    The Census draws a street once for each of its names, and OpenStreetMap graphs hold each direction
    as an edge of its own.
    """
    p = p.flip(_backwards(p))
    into = np.arange(len(p))
    rivals = _between_same_nodes(p)
    into[rivals] = rivals[_originals(p.take(rivals))]
    return _merge_into(p, into, count)


def _between_same_nodes(p: StreetPieces) -> NDArray[np.int64]:
    """Find the pieces that share both of their ends with another piece."""
    pair = p.start.astype(np.int64) * len(p.node_x) + p.end
    _, number, times = np.unique(pair, return_inverse=True, return_counts=True)
    return np.flatnonzero(times[number] > 1)


def _originals(p: StreetPieces) -> NDArray[np.int64]:
    """Name, for each piece, the piece that it repeats: itself when it repeats none."""
    half = np.array([_point_halfway(line) for line in p.line], float).reshape(len(p), 2)
    # Ordered by content and not by row, so that the order of a file decides nothing.
    order = np.lexsort((line_marks(p.line), half[:, 1], half[:, 0], p.length_m.round(3), p.end, p.start))
    kept: list[int] = []
    original = np.arange(len(p))
    for i in order:
        for j in reversed(kept):
            if p.start[j] != p.start[i] or p.end[j] != p.end[i]:
                break
            if _same_street(p.length_m[i], p.length_m[j], half[i], half[j]):
                original[i] = j
                break
        if original[i] == i:
            kept.append(int(i))
    return original


def _backwards(p: StreetPieces) -> Bools:
    """Find the pieces that run from the larger node number to the smaller; loops are told by their line."""
    loop_backwards = [
        bool(a == b) and tuple(line[1]) > tuple(line[-2]) for a, b, line in zip(p.start, p.end, p.line, strict=True)
    ]
    backwards: Bools = (p.start > p.end) | np.array(loop_backwards, bool)
    return backwards


def _point_halfway(line: NDArray[np.float64]) -> NDArray[np.float64]:
    along = np.append(0.0, np.hypot(*np.diff(line, axis=0).T).cumsum())
    half = 0.5 * along[-1]
    return np.array([np.interp(half, along, line[:, 0]), np.interp(half, along, line[:, 1])])


def _same_street(a_m: float, b_m: float, a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    near_length = abs(a_m - b_m) <= max(SAME_LENGTH_M, SAME_LENGTH_SHARE * max(a_m, b_m))
    return bool(near_length and np.hypot(*(a - b)) <= SAME_PLACE_M)


def _merge_into(p: StreetPieces, into: NDArray[np.int64], count: Tally) -> StreetPieces:
    forward, backward, walkable = p.forward.copy(), p.backward.copy(), p.walkable.copy()
    speed, rank = p.speed_kmh.copy(), p.street_class.copy()
    copies = np.flatnonzero(into != np.arange(len(p)))
    opposite = (p.forward != p.forward[into]) & (p.backward != p.backward[into])
    count["directions_joined"] += int(opposite[copies].sum())
    count["copies"] += len(copies) - int(opposite[copies].sum())
    count["metres_of_copies"] += p.length_m[copies].sum()
    np.logical_or.at(forward, into, p.forward)
    np.logical_or.at(backward, into, p.backward)
    np.logical_or.at(walkable, into, p.walkable)
    np.maximum.at(speed, into, p.speed_kmh)
    np.minimum.at(rank, into, p.street_class)
    merged = replace(
        p, forward=forward, backward=backward, walkable=walkable, speed_kmh=speed, street_class=rank
    )  # fmt: skip
    return merged.take(np.flatnonzero(into == np.arange(len(p))))


def join_chains(p: StreetPieces, count: Tally) -> StreetPieces:
    """Join pieces through the nodes where nothing meets, so that a segment runs from junction to junction.

    A node stays where the street changes what it allows: the direction of vehicles, or people on foot.
    Class is that of the longer part, and speed keeps the travel time.
    """
    partner = _partners(p)
    _cut_rings(p, partner)
    count["joints_removed"] += int(np.sum(partner >= 0)) // 2
    lonely: Bools = np.all(partner.reshape(-1, 2) < 0, axis=1)
    chains = [_chain_from(int(side), partner) for side in np.flatnonzero(partner < 0) if not lonely[side >> 1]]
    # Each chain is found from both of its ends; the end with the smaller number speaks for it.
    joined = [_joined(p, chain) for chain in chains if chain[0] < chain[-1] ^ 1]
    return p.take(lonely) if not joined else join_pieces(p.take(lonely), _stack(p, joined))


def _partners(p: StreetPieces) -> NDArray[np.int64]:
    """Give, for each side of a piece (2 i its start, 2 i + 1 its end), the side it continues in, or -1."""
    node = np.column_stack([p.start, p.end]).ravel()
    leave = np.column_stack([p.forward, p.backward]).ravel()
    arrive = np.column_stack([p.backward, p.forward]).ravel()
    walk = np.repeat(p.walkable, 2)
    degree = np.bincount(node, minlength=len(p.node_x))
    sides = np.argsort(node, kind="stable")
    sides = sides[degree[node[sides]] == 2]
    a, b = sides[::2], sides[1::2]
    alike = (arrive[a] == leave[b]) & (arrive[b] == leave[a]) & (walk[a] == walk[b]) & (a >> 1 != b >> 1)
    partner = np.full(2 * len(p), -1, np.int64)
    partner[a[alike]], partner[b[alike]] = b[alike], a[alike]
    return partner


def _cut_rings(p: StreetPieces, partner: NDArray[np.int64]) -> None:
    """Keep one joint of each ring without a junction, its westernmost, as the place where it starts."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n = len(p)
    linked = np.flatnonzero(partner >= 0)
    graph = coo_matrix((np.ones(len(linked), np.int8), (linked >> 1, partner[linked] >> 1)), shape=(n, n))
    chain = connected_components(graph, directed=False)[1]
    has_end = np.zeros(n, bool)
    has_end[chain[np.flatnonzero(partner < 0) >> 1]] = True
    node = np.column_stack([p.start, p.end]).ravel()
    in_ring = np.flatnonzero(~has_end[chain[np.arange(2 * n) >> 1]])
    in_ring = in_ring[np.lexsort((p.node_y[node[in_ring]], p.node_x[node[in_ring]], chain[in_ring >> 1]))]
    _, first = np.unique(chain[in_ring >> 1], return_index=True)
    for side in in_ring[first]:
        partner[partner[side]] = -1
        partner[side] = -1


def _chain_from(side: int, partner: NDArray[np.int64]) -> list[int]:
    """Follow a chain from its open end; each piece is named by the side at which it is entered."""
    entered = [side]
    while partner[entered[-1] ^ 1] >= 0:
        entered.append(int(partner[entered[-1] ^ 1]))
    return entered


def _joined(p: StreetPieces, chain: list[int]) -> tuple[list[int], NDArray[np.float64]]:
    lines = [p.line[side >> 1][:: -1 if side & 1 else 1] for side in chain]
    return chain, np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _stack(p: StreetPieces, joined: list[tuple[list[int], NDArray[np.float64]]]) -> StreetPieces:
    node = np.column_stack([p.start, p.end])
    first = np.array([chain[0] for chain, _ in joined])
    last = np.array([chain[-1] ^ 1 for chain, _ in joined])
    length = [p.length_m[np.array(chain) >> 1] for chain, _ in joined]
    hours = [np.sum(m / p.speed_kmh[np.array(chain) >> 1]) for m, (chain, _) in zip(length, joined, strict=True)]
    rank = [
        np.argmax(np.bincount(p.street_class[np.array(chain) >> 1], m).round(3))
        for m, (chain, _) in zip(length, joined, strict=True)
    ]
    total = np.array([m.sum() for m in length])
    one = p.take(first >> 1)
    turned = (first & 1).astype(bool)
    return replace(
        one,
        start=node.ravel()[first],
        end=node.ravel()[last],
        line=line_array([line for _, line in joined]),
        length_m=total,
        speed_kmh=total / np.array(hours),
        street_class=np.array(rank, np.uint8),
        forward=np.where(turned, one.backward, one.forward),
        backward=np.where(turned, one.forward, one.backward),
    )


def fold_loops(p: StreetPieces, count: Tally) -> StreetPieces:
    """Make a dead end of each loop whose two halves are one street, as drop_copies would after cutting it."""
    loops = np.flatnonzero(p.start == p.end)
    narrow = [i for i in loops if _is_narrow(p.line[i], float(p.length_m[i]))]
    if not narrow:
        return p
    halves = cut_loops(p, np.array(narrow))
    rest = replace(p.take(np.delete(np.arange(len(p)), narrow)), node_x=halves.node_x, node_y=halves.node_y)
    count["copies"] += len(narrow)
    count["metres_of_copies"] += halves.length_m.sum()
    ends = _shorter_halves(halves)
    count["metres_of_copies"] -= ends.length_m.sum()
    # Whoever may go round may go in and out.
    open_to_vehicles = ends.forward | ends.backward
    return join_pieces(rest, replace(ends, forward=open_to_vehicles, backward=open_to_vehicles))


def _shorter_halves(halves: StreetPieces) -> StreetPieces:
    n = len(halves) // 2
    mark = line_marks(halves.line)
    # Of equal lengths the line decides, so that the direction in which a loop was drawn does not.
    order = np.lexsort((mark, halves.length_m.round(3), np.tile(np.arange(n), 2)))
    return halves.take(order[::2])


def _is_narrow(line: NDArray[np.float64], length_m: float) -> bool:
    cut = _cut_at(line)
    there, back = line[: cut + 1], line[cut:]
    share = line_length(there) / (line_length(there) + line_length(back))
    return _same_street(length_m * share, length_m * (1 - share), _point_halfway(there), _point_halfway(back))


def _cut_at(line: NDArray[np.float64]) -> int:
    """Choose the inner vertex nearest to half way; of two equally near, the same one from either direction."""
    along = np.append(0.0, np.hypot(*np.diff(line, axis=0).T).cumsum())
    off = np.abs(along[1:-1] - 0.5 * along[-1]).round(3)
    return 1 + int(np.lexsort((line[1:-1, 1], line[1:-1, 0], off))[0])


def split_loops(p: StreetPieces, count: Tally) -> StreetPieces:
    """Cut each loop in two at half way: a segment with one end only could be neither routed nor pointed at."""
    loops = np.flatnonzero(p.start == p.end)
    count["loops_split"] += len(loops)
    if not len(loops):
        return p
    halves = cut_loops(p, loops)
    rest = replace(p.take(np.delete(np.arange(len(p)), loops)), node_x=halves.node_x, node_y=halves.node_y)
    return join_pieces(rest, halves)


def cut_loops(p: StreetPieces, loops: NDArray[np.int64]) -> StreetPieces:
    """Give the two halves of each loop, joined at a new node; loops cut at the same place share it."""
    cuts = [_cut_at(p.line[i]) for i in loops]
    middle = np.array([p.line[i][cut] for i, cut in zip(loops, cuts, strict=True)])
    middle, which = np.unique(middle, axis=0, return_inverse=True)
    new = (len(p.node_x) + which.ravel()).astype(np.int32)
    there = [p.line[i][: cut + 1].copy() for i, cut in zip(loops, cuts, strict=True)]
    back = [p.line[i][cut:].copy() for i, cut in zip(loops, cuts, strict=True)]
    out_m = np.array([line_length(part) for part in there])
    share = out_m / (out_m + [line_length(part) for part in back])
    whole = replace(
        p.take(loops), node_x=np.append(p.node_x, middle[:, 0]), node_y=np.append(p.node_y, middle[:, 1])
    )  # fmt: skip
    out = replace(whole, end=new, line=line_array(there), length_m=whole.length_m * share)
    home = replace(whole, start=new, line=line_array(back), length_m=whole.length_m * (1 - share))
    return join_pieces(out, home)
