"""Find how long it takes from everywhere to one junction, for thousands of junctions of a large city.

Junctions are left out one after the other, the one with the fewest neighbours first, and its neighbours joined so
that no quickest way gets longer (Dibbelt, Strasser & Wagner 2016, Customizable contraction hierarchies). On streets
few joins are needed: five a junction in a city of 43,000. Then one pass over them, from the last junction that was
left out to the first, answers for all origins, ten times as fast as a search does.

Times are multiples of `GRAIN_MIN`, so that their sums are exact and no order of contraction can be told from
the results.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.routing import FAR, drop_first, push_entry
from sim.agents.state import Roads, Table
from sim.compiling.compiled import compiled

Ints = NDArray[np.int32]
Minutes = NDArray[np.float32]
GRAIN_MIN = 2.0**-14
"""Minutes, a quarter of a hundredth of a second: narrow numbers hold their sums up to 17 hours exactly."""
N_LANES = 8
"""Goals that one pass answers for: more would be more than a processor has registers for."""
NO_WAY = math.inf
LINK = np.dtype([("to", "i4"), ("there", "f4"), ("back", "f4")])
"""A neighbour, the time to it and the time from it."""
ARC = np.dtype([("head", "i4"), ("segment", "i4"), ("minutes", "f4")])
"""Where an arc ends, its segment and how long it takes."""


class Graph(NamedTuple):
    """Hold what a way is followed on."""

    start: Ints
    """(n_junctions + 1,) where the arcs of a junction begin"""
    arcs: Table
    """see `ARC`"""


class Contraction(NamedTuple):
    """Hold what is left of the streets for whoever looks from a junction to those left out later."""

    rank: Ints
    """(n_junctions,) when a junction was left out"""
    start: NDArray[np.int64]
    """(n_junctions + 1,) where the links of a rank begin"""
    above: Ints
    """rank at the end of a link, higher than that at its begin"""
    up: Minutes
    """time of the link"""
    down: Minutes
    """time of its way back"""


NO_STREETS = Contraction(*(np.zeros(0, kind) for kind in ("i4", "i8", "i4", "f4", "f4")))
"""Stands where no pass is to be made."""


def in_grains(roads: Roads) -> Roads:
    """Give the same ways with times in whole grains."""
    minutes, back = (
        (np.maximum(np.rint(times / GRAIN_MIN), 1) * GRAIN_MIN).astype(np.float32)
        for times in (roads.minutes, roads.back_minutes)
    )
    return replace(roads, minutes=minutes, back_minutes=back)


def graph_of(roads: Roads, rank: Ints | None = None) -> Graph:
    """Lay out the arcs for whoever follows a way, numbered anew by `rank` if it is given."""
    rank = np.arange(len(roads.x), dtype=np.int32) if rank is None else rank
    tail = rank[np.repeat(np.arange(len(roads.x)), np.diff(roads.start))]
    order = np.argsort(tail, kind="stable")
    arcs = np.empty(len(order), ARC)
    arcs["head"], arcs["segment"], arcs["minutes"] = rank[roads.head], roads.segment, roads.minutes
    start = np.zeros(len(roads.x) + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=len(roads.x)), out=start[1:])
    return Graph(start, arcs[order])


def contract(roads: Roads) -> Contraction:
    """Prepare streets, with times in grains, for `fill_minutes`."""
    first, size, links = _list_neighbours(roads.start, roads.head, roads.minutes)
    return Contraction(*_leave_out(first, size, links))


@compiled
def _list_neighbours(start: Ints, head: Ints, minutes: Minutes) -> tuple[NDArray[np.int64], NDArray[np.int64], Table]:
    """List the neighbours of each junction, in either direction: where its list begins, its size, and all lists."""
    n = start.size - 1
    room = np.zeros(n + 1, np.int64)
    for tail in range(n):
        for arc in range(start[tail], start[tail + 1]):
            room[tail] += 1
            room[head[arc]] += 1
    first, size, total = np.zeros(n, np.int64), np.zeros(n, np.int64), 0
    for junction in range(n):
        first[junction] = total
        total += room[junction]
    links = _room_for(total)
    for tail in range(n):
        for arc in range(start[tail], start[tail + 1]):
            _add_link(first, size, links, tail, int(head[arc]), float(minutes[arc]), NO_WAY)
            _add_link(first, size, links, int(head[arc]), tail, NO_WAY, float(minutes[arc]))
    return first, size, links


@compiled
def _add_link(
    first: NDArray[np.int64], size: NDArray[np.int64], links: Table, junction: int, to: int, there: float, back: float
) -> None:
    """Add a link, or make that which is there quicker; a loop leads nowhere."""
    if junction == to:
        return
    row, end = first[junction], first[junction] + size[junction]
    while row < end and links[row].to != to:
        row += 1
    if row == end:
        links[row].to, links[row].there, links[row].back = to, NO_WAY, NO_WAY
        size[junction] += 1
    links[row].there, links[row].back = min(links[row].there, there), min(links[row].back, back)


@compiled
def _room_for(n: int) -> Table:
    """Make a table of links; a function of its own, so that a run without a compiler sees its rows as compiled code."""
    return np.empty(n, LINK)


@compiled
def _with_room(links: Table, n_used: int, n_more: int) -> Table:
    """Give the same links with room for more."""
    if n_used + n_more <= links.size:
        return links
    bigger = _room_for(2 * links.size + n_more)
    for row in range(n_used):
        bigger[row] = links[row]
    return bigger


@compiled
def _leave_out(
    first: NDArray[np.int64], size: NDArray[np.int64], links: Table
) -> tuple[Ints, NDArray[np.int64], Ints, Minutes, Minutes]:
    """Leave out all junctions, that with the fewest neighbours next; return the parts of a `Contraction`."""
    n, n_used = size.size, links.size
    room, place = size.copy(), np.full(n, -1, np.int64)
    rank, start = np.full(n, -1, np.int32), np.zeros(n + 1, np.int64)
    kept = _room_for(links.size + 1)
    heap, n_heap = np.empty(n, np.int64), 0
    for junction in range(n):
        push_entry(heap, n_heap, size[junction] << 32 | junction)
        n_heap += 1
    n_out = 0
    while n_out < n:
        entry = heap[0]
        drop_first(heap, n_heap)
        n_heap -= 1
        junction = int(entry & 0xFFFFFFFF)
        if rank[junction] >= 0 or entry >> 32 != size[junction]:
            continue  # its neighbours have changed since it was noted
        degree = size[junction]
        kept = _with_room(kept, start[n_out], degree)
        mine = kept[start[n_out] : start[n_out] + degree]
        for k in range(degree):
            mine[k] = links[first[junction] + k]
        rank[junction], start[n_out + 1] = n_out, start[n_out] + degree
        n_out += 1
        for k in range(degree):
            other = mine[k].to
            if size[other] + degree > room[other]:
                room[other] = 2 * (size[other] + degree)
                links = _with_room(links, n_used, room[other])
                for row in range(size[other]):
                    links[n_used + row] = links[first[other] + row]
                first[other] = n_used
                n_used += room[other]
            _join(first, size, links, place, mine, k, junction)
            if n_heap == heap.size:
                heap = np.concatenate((heap, np.empty(n_heap, np.int64)))
            push_entry(heap, n_heap, size[other] << 32 | other)
            n_heap += 1
    for row in range(start[n]):
        kept[row].to = rank[kept[row].to]
    return _in_families(rank, start, kept)


@compiled
def _in_families(
    rank: Ints, start: NDArray[np.int64], links: Table
) -> tuple[Ints, NDArray[np.int64], Ints, Minutes, Minutes]:
    """Number the ranks anew, so that whoever hangs on the same later ranks stands side by side in memory.

    The first rank that a rank is linked to is its parent: all others that it is linked to are ancestors too. Each
    family ends with its parent, so that links still lead upwards.
    """
    n = rank.size
    parent, family, place, end = np.full(n, -1), np.ones(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    for row in range(n):
        for k in range(start[row], start[row + 1]):
            parent[row] = links[k].to if parent[row] < 0 else min(parent[row], links[k].to)
        if parent[row] >= 0:
            family[parent[row]] += family[row]
    free = n - 1
    for row in range(n - 1, -1, -1):
        if parent[row] < 0:
            place[row] = free
            free -= family[row]
        else:
            place[row] = end[parent[row]]
            end[parent[row]] -= family[row]
        end[row] = place[row] - 1
    new_start, old = np.zeros(n + 1, np.int64), np.empty(n, np.int64)
    for row in range(n):
        old[place[row]] = row
        rank[row] = place[rank[row]]
    above, up, down = np.empty(start[n], np.int32), np.empty(start[n], np.float32), np.empty(start[n], np.float32)
    n_links = 0
    for new in range(n):
        for k in range(start[old[new]], start[old[new] + 1]):
            above[n_links], up[n_links], down[n_links] = place[links[k].to], links[k].there, links[k].back
            n_links += 1
        new_start[new + 1] = n_links
    return rank, new_start, above, up, down


@compiled
def _join(
    first: NDArray[np.int64],
    size: NDArray[np.int64],
    links: Table,
    place: NDArray[np.int64],
    mine: Table,
    k: int,
    junction: int,
) -> None:
    """Join the `k`-th neighbour of a junction that is left out with the others, over it."""
    other = mine[k].to
    begin, end = first[other], first[other] + size[other]
    for row in range(begin, end):
        if links[row].to == junction:
            links[row] = links[end - 1]
            break
    end -= 1
    for row in range(begin, end):
        place[links[row].to] = row
    for j in range(mine.size):
        if j == k:
            continue
        row = place[mine[j].to]
        if row < 0:
            row = end
            links[row].to, links[row].there, links[row].back = mine[j].to, NO_WAY, NO_WAY
            end += 1
        links[row].there = min(links[row].there, mine[k].back + mine[j].there)
        links[row].back = min(links[row].back, mine[j].back + mine[k].there)
    for row in range(begin, end):
        place[links[row].to] = -1
    size[other] = end - begin


@compiled
def fill_minutes(c: Contraction, goals: NDArray[np.int64], times: Minutes, minutes: Minutes) -> None:
    """Fill in the minutes to each of `N_LANES` goals, one row a goal, from everywhere; `FAR` where there is no way.

    Junctions are named by their rank. `times` is scratch space, (n_junctions, `N_LANES`).
    """
    times[:, :] = NO_WAY
    for lane in range(N_LANES):
        _climb(c, goals[lane], lane, times)
    for rank in range(c.rank.size - 1, -1, -1):
        mine = times[rank]
        m0, m1, m2, m3 = mine[0], mine[1], mine[2], mine[3]  # by name, so that they stay in registers
        m4, m5, m6, m7 = mine[4], mine[5], mine[6], mine[7]
        for k in range(c.start[rank], c.start[rank + 1]):
            other, up = times[c.above[k]], c.up[k]
            m0, m1, m2, m3 = (
                min(m0, other[0] + up),
                min(m1, other[1] + up),
                min(m2, other[2] + up),
                min(m3, other[3] + up),
            )
            m4, m5, m6, m7 = (
                min(m4, other[4] + up),
                min(m5, other[5] + up),
                min(m6, other[6] + up),
                min(m7, other[7] + up),
            )
        mine[0], mine[1], mine[2], mine[3] = m0, m1, m2, m3
        mine[4], mine[5], mine[6], mine[7] = m4, m5, m6, m7
    for rank in range(c.rank.size):
        for lane in range(N_LANES):
            minutes[lane, rank] = min(times[rank, lane], FAR)


@compiled
def _climb(c: Contraction, rank: int, lane: int, times: Minutes) -> None:
    """Fill in the minutes to a goal from all that are linked to it upwards, over one another."""
    times[rank, lane] = 0.0
    while rank >= 0:
        gone, parent = times[rank, lane], -1
        for k in range(c.start[rank], c.start[rank + 1]):
            above = int(c.above[k])
            times[above, lane] = min(times[above, lane], gone + c.down[k])
            parent = above if parent < 0 else min(parent, above)
        rank = parent
