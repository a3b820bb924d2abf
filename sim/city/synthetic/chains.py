"""Merge the points at which a street only bends: a segment runs from junction to junction."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sim.city.loops import follow_chains
from sim.city.synthetic.parts import Floats, Ints, Mesh, Plan, line_lengths

_ARC_POINTS = 7


class Chains(NamedTuple):
    """Hold streets as the points along them."""

    point: Ints
    """points of all chains, one after the other, both junctions of each included"""
    start: Ints
    """(n_chains + 1,) where a chain begins"""


def trace_chains(mesh: Mesh) -> Chains:
    """Follow every street from junction to junction, through points where just two edges meet.

    Each edge lies on one chain. A ring without a junction is not found.
    """
    start = np.concatenate([[0], np.cumsum(mesh.degree())])
    ends, others = np.concatenate([mesh.tail, mesh.head]), np.concatenate([mesh.head, mesh.tail])
    neighbour = others[np.argsort(ends, kind="stable")]
    # Room for each edge from either end, and for the last chain before it is known to be met twice.
    point, size = np.empty(4 * len(ends) + 2, np.int64), np.empty(len(ends) + 1, np.int64)
    n_chains, n_points = follow_chains(start, neighbour, point, size)
    return Chains(point[:n_points].copy(), np.concatenate([[0], np.cumsum(size[:n_chains])]))


def find_repeats(mesh: Mesh, chains: Chains) -> Ints:
    """List the chains that return to their start, or join two junctions that a shorter one joins."""
    plan = lay_chains(mesh, chains)
    length = line_lengths(plan)
    low, high = np.minimum(plan.tail, plan.head), np.maximum(plan.tail, plan.head)
    order = np.lexsort((length, high, low))
    repeat = low == high
    repeat[order[1:]] |= (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    return np.flatnonzero(repeat)


def lay_chains(mesh: Mesh, chains: Chains) -> Plan:
    """Make a segment of each chain, its bends as points of its line, and number the junctions anew."""
    point, start = chains
    ends = np.stack([point[start[:-1]], point[start[1:] - 1]])
    junction, number = np.unique(ends, return_inverse=True)
    number = number.reshape(ends.shape)
    x, y = mesh.x, mesh.y
    return Plan(x[junction], y[junction], number[0], number[1], start, x[point], y[point])


def smooth_bends(mesh: Mesh, rounds: int = 2) -> Mesh:
    """Move each bend half-way to the middle of its neighbours, so that streets curve and do not zigzag."""
    x, y, tail, head, n = mesh.x, mesh.y, mesh.tail, mesh.head, len(mesh.x)
    bend = mesh.degree() == 2
    for _ in range(rounds):
        middle_x = np.bincount(tail, x[head], n) + np.bincount(head, x[tail], n)
        middle_y = np.bincount(tail, y[head], n) + np.bincount(head, y[tail], n)
        x = np.where(bend, 0.5 * x + 0.25 * middle_x, x)
        y = np.where(bend, 0.5 * y + 0.25 * middle_y, y)
    return replace(mesh, x=x, y=y)


def bow_streets(plan: Plan, height: Floats) -> Plan:
    """Bend straight segments to arcs (half a sine wave), as streets follow slopes and old paths.

    Parameters
    ----------
    height
        (n_segments,) how far the middle moves to the left, as a share of the length; segments
        with bends of their own stay as they are
    """
    size = np.diff(plan.line_start)
    bowed = (size == 2) & (height != 0.0)
    size = np.where(bowed, _ARC_POINTS, size)
    start = np.concatenate([[0], np.cumsum(size)])
    segment = np.repeat(np.arange(len(size)), size)
    step = np.arange(start[-1]) - start[segment]
    arc = bowed[segment]
    along = np.where(arc, step / (_ARC_POINTS - 1.0), 0.0)
    # The old point from which each new one is measured: the start of an arc, or the point itself.
    old = plan.line_start[segment] + np.where(arc, 0, step)
    end = np.where(arc, plan.line_start[segment] + 1, old)
    dx, dy = plan.line_x[end] - plan.line_x[old], plan.line_y[end] - plan.line_y[old]
    aside = height[segment] * np.sin(np.pi * along)
    line_x = plan.line_x[old] + along * dx - aside * dy
    line_y = plan.line_y[old] + along * dy + aside * dx
    last = arc & (step == _ARC_POINTS - 1)  # rounding must not part a line from its junction
    line_x[last], line_y[last] = plan.line_x[end[last]], plan.line_y[end[last]]
    return replace(plan, line_start=start, line_x=line_x, line_y=line_y)
