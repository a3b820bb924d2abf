"""A grown city: curved streets, dead ends, blocks of all sizes, a few main roads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.city.centrality import measure_centrality
from sim.city.loops import add_links
from sim.city.streets import StreetNetwork
from sim.city.synthetic.chains import Chains, bow_streets, find_repeats, lay_chains, smooth_bends, trace_chains
from sim.city.synthetic.parts import (
    Flags,
    Floats,
    Ints,
    Mesh,
    Plan,
    build_network,
    builder_rng,
    choose_tree,
    class_index,
    line_lengths,
)

# Found by trial, so that the numbers of `street_statistics` resemble those of real cities.
POINTS_PER_SEGMENT = 1.1
"""More points give a sparser network: fewer crossings, more dead ends"""
JITTER = 0.4
"""Standard deviation of a point about its place in the lattice, in lattice units"""
THINNING_MEAN, THINNING_SPREAD = 0.6, 0.4
"""Share of lattice points that are used, and how much it varies between quarters"""
EDGE_STRETCH = 0.9
"""How much wider blocks are at the edge, as a share of the middle's 0.75"""
BOWED_SHARE, MOST_BOW = 0.3, 0.45
"""Share of straight streets that are bent, and the greatest height of the arc over its length"""
MAIN_STREETS = {"primary": 0.05, "secondary": 0.07, "tertiary": 0.10}
"""Share of street length in each class, from the most central streets down"""


def organic_city(*, n_segments: int = 1000, seed: int = 0, one_way_share: float = 0.1) -> StreetNetwork:
    """Build a city of grown streets with `n_segments` segments, the same for the same seed.

    Points are scattered, denser in the middle and spared where parks and water would be, and
    joined to their Gabriel neighbours (Gabriel and Sokal 1969), a family of graphs that street
    networks resemble. The cheapest tree keeps the city whole; links are then added, more in
    some quarters than in others, until the size is met. Points where a street only bends are no
    junctions, so streets curve. The most central streets become main roads. No real city.

    Parameters
    ----------
    one_way_share
        share of the minor segments that run one way, before those are opened that would trap a
        vehicle

    Raises
    ------
    InputError
        If `n_segments` is below 20, `seed` negative, or `one_way_share` outside 0 to 0.6.
    """
    rng = builder_rng(n_segments, seed, one_way_share)
    plan = _grow_plan(rng, n_segments)
    plan = _to_scale(rng, bow_streets(plan, _bows(rng, n_segments)))
    name = f"organic city of {n_segments} segments"
    source = f"synthetic: organic_city(n_segments={n_segments}, seed={seed}, one_way_share={one_way_share})"
    minor = np.full(n_segments, class_index("residential"), np.uint8)
    street_class = _rank_streets(build_network(plan, minor, np.zeros(n_segments, np.int8), name, source))
    return build_network(plan, street_class, _one_ways(rng, street_class, one_way_share), name, source)


def _grow_plan(rng: Generator, n_segments: int) -> Plan:
    """Scatter points and join them; start afresh where too few links were to be had (in tiny cities)."""
    for n_tried in range(100):
        n_points = round(POINTS_PER_SEGMENT * n_segments * (1.0 + 0.05 * (n_tried % 8)))
        x, y = _scatter(rng, n_points)
        mesh = _gabriel_mesh(x, y)
        mesh = smooth_bends(mesh.with_links(_grow_links(rng, mesh, n_segments)))
        plan = lay_chains(mesh, trace_chains(mesh))
        if len(plan.tail) == n_segments:
            return plan
    raise RuntimeError(f"organic city: no plan of {n_segments} segments was found in 100 trials; please report this")


def _scatter(rng: Generator, n_points: int) -> tuple[Floats, Floats]:
    """Scatter points over a wavy disc: a jittered hexagonal lattice of unit spacing, thinned in places."""
    side = int(np.sqrt(n_points) * 2.4) + 4
    column, row = np.meshgrid(np.arange(-side, side + 1), np.arange(-side, side + 1))
    x = (column + 0.5 * (row % 2)).ravel() + rng.normal(0.0, JITTER, column.size)
    y = (np.sqrt(0.75) * row).ravel() + rng.normal(0.0, JITTER, column.size)
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    outline = np.ones(len(x))
    for k in range(1, 5):
        outline += rng.normal(0.0, 0.12 / np.sqrt(k)) * np.cos(k * angle + rng.uniform(0.0, 2.0 * np.pi))
    depth = radius / np.maximum(outline, 0.4)
    built = rng.random(len(x)) < THINNING_MEAN + THINNING_SPREAD * _waves(rng, x, y, 4.0)
    inside = np.argsort(depth + 10.0 * side * ~built, kind="stable")[:n_points]
    inside.sort()
    x, y, depth = x[inside], y[inside], depth[inside]
    # Blocks at the edge are about twice as wide as in the middle, and quarters differ.
    stretch = 0.75 + EDGE_STRETCH * depth / depth.max()
    return x * stretch, y * stretch


def _waves(rng: Generator, x: Floats, y: Floats, scale: float) -> Floats:
    """Draw a smooth field of mean 0 and variance 1 that varies over `scale` units."""
    k = rng.normal(0.0, 1.0 / scale, (24, 2))
    phase = rng.uniform(0.0, 2.0 * np.pi, 24)
    total = np.zeros(len(x))
    for (kx, ky), shift in zip(k, phase, strict=True):
        total += np.cos(kx * x + ky * y + shift)
    return np.asarray(total * np.sqrt(2.0 / 24), np.float64)


def _gabriel_mesh(x: Floats, y: Floats) -> Mesh:
    """Join two points when no third lies in the circle over their line."""
    from scipy.spatial import Delaunay  # noqa: PLC0415 - only builders of cities pay for SciPy

    corner = Delaunay(np.stack([x, y], axis=1)).simplices.astype(np.int64)
    a = corner[:, [0, 1, 2]].ravel()
    b = corner[:, [1, 2, 0]].ravel()
    c = corner[:, [2, 0, 1]].ravel()
    wide = (x[a] - x[c]) * (x[b] - x[c]) + (y[a] - y[c]) * (y[b] - y[c]) < 0.0  # the angle at c
    pair = np.minimum(a, b) * len(x) + np.maximum(a, b)
    kept = np.setdiff1d(pair, pair[wide])
    return Mesh(x, y, kept // len(x), kept % len(x))


def _grow_links(rng: Generator, mesh: Mesh, n_segments: int) -> Flags:
    """Keep a tree, then add links until just `n_segments` streets run from junction to junction.

    Streets that return to their start, or double another, are taken out again and others added.
    """
    x, y, tail, head = mesh.x, mesh.y, mesh.tail, mesh.head
    length = np.hypot(x[tail] - x[head], y[tail] - y[head])
    keep = choose_tree(len(x), tail, head, length * rng.lognormal(0.0, 0.4, len(tail)))
    order = _order_links(rng, mesh, keep)
    refused = np.zeros(len(tail), bool)
    for _ in range(100):
        _add_links(mesh, keep, order[~refused[order]], n_segments)
        kept = mesh.with_links(keep)
        chains = trace_chains(kept)
        repeats = find_repeats(kept, chains)
        links = _links_of(mesh, chains, repeats)
        keep[links] = False
        refused[links] = True
        if not len(repeats):
            break
    return keep


def _links_of(mesh: Mesh, chains: Chains, chosen: Ints) -> Ints:
    """List the links that some chains run along; those of a mesh are ordered by their ends."""
    first = np.zeros(len(chains.point), bool)
    for chain in chosen:
        first[chains.start[chain] : chains.start[chain + 1] - 1] = True
    a, b = chains.point[first], chains.point[np.flatnonzero(first) + 1]
    n = len(mesh.x)
    return np.searchsorted(mesh.tail * n + mesh.head, np.minimum(a, b) * n + np.maximum(a, b))


def _order_links(rng: Generator, mesh: Mesh, tree: Flags) -> Ints:
    """Draw the order in which links are added: more in some quarters than in others."""
    tail = mesh.tail
    weight = np.exp(0.6 * _waves(rng, mesh.x[tail], mesh.y[tail], 8.0))
    # Weighted sampling without replacement (Efraimidis and Spirakis 2006).
    order = np.argsort(rng.exponential(1.0, len(tail)) / weight, kind="stable")
    return order[~tree[order]]


def _add_links(mesh: Mesh, keep: Flags, order: Ints, n_segments: int) -> None:
    """Add links in the order given, skipping those that would make more than `n_segments` streets.

    A chain of edges through bends is one street, so there are as many streets as edges less bends.
    """
    degree = mesh.with_links(keep).degree()
    n_now = int(keep.sum() - (degree == 2).sum())
    add_links(mesh.tail, mesh.head, order[~keep[order]], degree, keep, n_now, n_segments)


def _bows(rng: Generator, n_segments: int) -> Floats:
    """Leave most streets straight and bend some a good deal, the one way or the other."""
    height = rng.uniform(-MOST_BOW, MOST_BOW, n_segments)
    return np.where(rng.random(n_segments) < BOWED_SHARE, height, 0.0)


def _to_scale(rng: Generator, plan: Plan) -> Plan:
    """Stretch the plan so that the median segment is as long as in real cities."""
    metres = rng.uniform(85.0, 105.0) / np.median(line_lengths(plan))
    return replace(plan, x=plan.x * metres, y=plan.y * metres, line_x=plan.line_x * metres, line_y=plan.line_y * metres)


def _rank_streets(net: StreetNetwork) -> NDArray[np.uint8]:
    """Make main roads of the streets that most shortest paths use."""
    busiest = np.argsort(-measure_centrality(net, n_sources=48).betweenness, kind="stable")
    share = np.cumsum(net.segment_length_m[busiest]) / net.segment_length_m.sum()
    street_class = net.segment_class.copy()
    names = list(MAIN_STREETS)
    limit = np.cumsum([MAIN_STREETS[name] for name in names])
    rank = np.searchsorted(limit, share)
    for i, name in enumerate(names):
        street_class[busiest[rank == i]] = class_index(name)
    return street_class


def _one_ways(rng: Generator, street_class: NDArray[np.uint8], one_way_share: float) -> NDArray[np.int8]:
    minor = street_class >= class_index("tertiary")
    way = np.where(rng.random(len(minor)) < 0.5, 1, -1)
    chosen = minor & (rng.random(len(minor)) < one_way_share / max(minor.mean(), 0.1))
    return np.where(chosen, way, 0).astype(np.int8)
