"""Edges that name the nodes at their ends: which end of a line is which, by where the nodes are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.snapping import number_places
from sim.city.reading.words.told import Told
from sim.city.streets import Floats

Line = NDArray[np.float64]
NamedLine = tuple[str, str, int, int]
"""names of the two nodes of a line, and numbers of the places of its two ends, in the order in which it is drawn"""

NODE_REACH_M = 50.0
"""A line that ends further than this from its node is not the line of its edge. Graphs whose crossings were
drawn together leave gaps of some ten metres."""

SAME_NODE_M = 1.0
"""Ends of lines within this distance are at one node, where a layer names its nodes but does not place them."""

NODES_SHARE = 0.5
"""From this share on, names are taken to name nodes, and what contradicts them to be wrong; below it they mean
something else."""

WRONG_UNIT = 1.5
"""Lengths that are typically this many times the drawn line, or this many times shorter, are not metres: feet are
3.3 times, kilometres a thousandth."""

GAP_M = 0.01


def run_between(line: Line, start: Line, end: Line) -> Line | None:
    """Turn a line so that it runs from its first node to its second and reaches both.

    The order in which a file names the two nodes says nothing of the direction in which it draws the line:
    undirected graphs keep neither.

    Parameters
    ----------
    line
        (k, 2) metres, in either direction.
    start, end
        (2,) metres, where the two nodes are.

    Returns
    -------
    The line, or None when it joins other places than these nodes.
    """
    as_drawn = _gaps(line, start, end)
    turned = _gaps(line[::-1], start, end)
    if sum(turned) < sum(as_drawn):
        line, as_drawn = line[::-1], turned
    if max(as_drawn) > NODE_REACH_M:
        return None
    before = [start[None]] if as_drawn[0] > GAP_M else []
    after = [end[None]] if as_drawn[1] > GAP_M else []
    return np.concatenate([*before, line, *after])


def _gaps(line: Line, start: Line, end: Line) -> tuple[float, float]:
    return float(np.hypot(*(line[0] - start))), float(np.hypot(*(line[-1] - end)))


def metres_or_nothing(length: Floats, lines: Sequence[Line], told: Told) -> Floats:
    """Give lengths in metres, or none of them when they are in another unit, so that lines are measured instead.

    Parameters
    ----------
    length
        (n,) as the source has them; NaN where it has none.
    lines
        (n,) metres.
    told
        Where it is counted that lengths are in another unit.
    """
    drawn = np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines])
    both = np.isfinite(length) & (length > 0) & (drawn > 0)
    typical = float(np.median(length[both] / drawn[both])) if both.any() else 1.0
    if 1.0 / WRONG_UNIT <= typical <= WRONG_UNIT:
        return length
    told.not_understood["length in another unit than metres, measured along the line"] += int(both.sum())
    return np.full(len(length), np.nan)


def turns_of(
    start: Sequence[str], end: Sequence[str], lines: Sequence[Line]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find the lines of a layer that are drawn from their second node to their first.

    A node is where most of its lines meet; the node at the other end of such a line follows from it. Where
    nothing decides (a street that touches no other), lines are trusted to be drawn from first to second.

    Parameters
    ----------
    start, end
        (n,) names of the nodes of each line.
    lines
        (n,) metres.

    Returns
    -------
    turned
        (n,) drawn from second to first.
    fits
        (n,) joins the places of its two nodes; nowhere, if ends that meet have different names for the most part.
    """
    ends = np.array([line[0] for line in lines] + [line[-1] for line in lines])
    place = number_places(ends, SAME_NODE_M)[1]
    first, last = place[: len(lines)].tolist(), place[len(lines) :].tolist()
    pairs = list(zip(start, end, first, last, strict=True))
    node_at = _place_nodes(pairs)
    straight = [node_at[u] == a and node_at[v] == b for u, v, a, b in pairs]
    turned = [not ok and node_at[u] == b and node_at[v] == a for ok, (u, v, a, b) in zip(straight, pairs, strict=True)]
    fits = np.array(straight, bool) | np.array(turned, bool)
    name_at = [(b, u) if turn else (a, u) for turn, (u, _, a, b) in zip(turned, pairs, strict=True)]
    name_at += [(a, v) if turn else (b, v) for turn, (_, v, a, b) in zip(turned, pairs, strict=True)]
    return np.array(turned, bool), fits & (_share_joined(name_at) >= NODES_SHARE)


def _share_joined(name_at: Sequence[tuple[int, str]]) -> float:
    """Give the share of meetings of ends at which both ends have one name; 1 where nothing meets."""
    names: dict[int, Counter[str]] = {}
    for place, name in name_at:
        names.setdefault(place, Counter())[name] += 1
    meetings = sum(here.total() - 1 for here in names.values())
    return sum(max(here.values()) - 1 for here in names.values()) / meetings if meetings else 1.0


def _place_nodes(pairs: Sequence[NamedLine]) -> dict[str, int]:
    """Give the place of each node: that at which most of its lines have an end."""
    seen: dict[str, Counter[int]] = {}
    lines_of: dict[str, list[NamedLine]] = {}
    for pair in pairs:
        for node in {pair[0], pair[1]}:
            seen.setdefault(node, Counter()).update({pair[2], pair[3]})
            lines_of.setdefault(node, []).append(pair)
    may_be = {node: {spot for spot, n in spots.items() if n == max(spots.values())} for node, spots in seen.items()}
    node_at: dict[str, int] = {}
    for node in may_be:
        _settle(node, lines_of, may_be, node_at)
    for u, v, a, b in pairs:  # where nothing decides, the drawn direction does
        for node, drawn in ((u, a), (v, b)):
            if node not in node_at:
                may_be[node] = {drawn}
                _settle(node, lines_of, may_be, node_at)
    return node_at


def _settle(
    node: str, lines_of: Mapping[str, list[NamedLine]], may_be: dict[str, set[int]], node_at: dict[str, int]
) -> None:
    """Place a node that can be at one place only, and the nodes at the other ends of its lines that follow from it."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here in node_at or len(may_be[here]) != 1:
            continue
        (node_at[here],) = may_be[here]
        for u, v, a, b in lines_of[here]:
            other, far = (v if here == u else u), (b if node_at[here] == a else a)
            if node_at[here] in (a, b) and far in may_be[other]:
                may_be[other] = {far}
                waiting.append(other)
