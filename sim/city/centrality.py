"""How central a street is: sampled shortest-path trees over junctions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.keyed import keyed_bits
from sim.city.loops import fold_tree
from sim.city.streets import StreetNetwork

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
KEPT = Path(__file__).parent / "data" / "centrality.npz"

MOST_SOURCES, FEWEST_SOURCES = 64, 16
"""Shortest-path trees that are grown; a network with no more junctions is treated exactly."""

MOST_ENTRIES = 2_500_000
"""Trees times junctions that are held at once, about 80 MB; the largest cities get fewer trees"""


@dataclass(frozen=True)
class Centrality:
    """Hold two classical measures of how central a place is (Freeman 1977, 1979)."""

    closeness: Floats
    """(n_junctions,) one over the mean travel time to the sampled junctions, 1/s"""
    betweenness: Floats
    """(n_segments,) share of the sampled shortest paths that run along the segment"""


@lru_cache(maxsize=2)
def measure_centrality(net: StreetNetwork, n_sources: int | None = None) -> Centrality:
    """Estimate closeness of junctions and betweenness of segments by free driving time.

    Travel time and not distance, because main streets gather traffic and trade. One-way signs
    are ignored: trade follows people on foot and on wheels. Trees are grown from a sample of
    junctions that depends on the city alone, never on a seed (Brandes and Pich 2007): how
    central a street is, is a fact and not a draw.
    A process asks once for a network: both its land use and its traffic calls follow it.
    Those of the cities that come with the package are kept, since a run would wait for nothing else of SciPy.
    """
    kept = read_kept(net) if n_sources is None else None
    return measure_anew(net, n_sources) if kept is None else kept


def measure_anew(net: StreetNetwork, n_sources: int | None = None) -> Centrality:
    """Estimate centrality, whether it is kept or not; see `measure_centrality`."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - only builders of cities pay for SciPy

    if n_sources is None:
        n_sources = min(max(MOST_ENTRIES // net.n_junctions, FEWEST_SOURCES), MOST_SOURCES)
    time_s = net.segment_length_m / (net.segment_speed_kmh / 3.6)
    graph, quickest = junction_graph(net, time_s)
    source = _sample_junctions(net, n_sources)
    distance, parent = dijkstra(graph, directed=False, indices=source, return_predecessors=True)
    # The distance to itself counts as half the shortest street, so that a lone source is not infinitely close.
    reached = np.where(np.isfinite(distance), distance, 2.0 * distance[np.isfinite(distance)].max() + 1.0)
    closeness = len(source) / (reached.sum(axis=0) + 0.5 * time_s.min())
    flow = _flow_through_trees(distance, parent)
    return Centrality(closeness, _flow_along_segments(net, flow, parent, quickest) / (len(source) * net.n_junctions))


def read_kept(net: StreetNetwork) -> Centrality | None:
    """Find the centrality of a network among those that are kept; streets that differ in anything are not found."""
    name = _identify(net)
    with np.load(KEPT, allow_pickle=False) as kept:
        if f"{name}_closeness" not in kept.files:
            return None
        return Centrality(kept[f"{name}_closeness"], kept[f"{name}_betweenness"])


def write_kept(nets: Iterable[StreetNetwork]) -> None:
    """Measure networks and keep what was found, in place of all that was kept."""
    arrays: dict[str, Floats] = {}
    for net in nets:
        name, found = _identify(net), measure_anew(net)
        arrays |= {f"{name}_closeness": found.closeness, f"{name}_betweenness": found.betweenness}
    np.savez_compressed(KEPT, allow_pickle=False, **arrays)


def _identify(net: StreetNetwork) -> str:
    """Give a checksum of all that centrality depends on."""
    checksum = hashlib.sha256()
    for values in (
        net.segment_from, net.segment_to, net.segment_key, net.segment_length_m, net.segment_speed_kmh,
    ):  # fmt: skip
        checksum.update(np.ascontiguousarray(values).tobytes())
    return checksum.hexdigest()[:16]


def junction_graph(net: StreetNetwork, cost: Floats) -> tuple[csr_matrix, NDArray[np.bool_]]:
    """Build the undirected matrix of costs between junctions, the cheapest of parallel segments.

    Returns
    -------
    graph
        (n_junctions, n_junctions) each street once, from the lower junction to the higher
    kept
        (n_segments,) the segment is the one that the matrix holds; loops are not
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy

    low = np.minimum(net.segment_from, net.segment_to).astype(np.int64)
    high = np.maximum(net.segment_from, net.segment_to).astype(np.int64)
    pair = low * net.n_junctions + high
    order = np.lexsort((net.segment_key, cost, pair))
    first = np.ones(len(order), bool)
    first[1:] = pair[order][1:] != pair[order][:-1]
    kept = np.zeros(net.n_segments, bool)
    kept[order[first]] = True
    kept &= low != high
    shape = (net.n_junctions, net.n_junctions)
    return csr_matrix((cost[kept], (low[kept], high[kept])), shape=shape), kept


def _sample_junctions(net: StreetNetwork, n_sources: int) -> NDArray[np.int64]:
    """Choose junctions by a hash of the segments that meet there, whatever the numbering."""
    bits = keyed_bits(net.segment_key, seed=0, stream="sources of shortest-path trees")
    identity = np.zeros(net.n_junctions, np.uint64)
    np.add.at(identity, net.segment_from, bits)
    np.add.at(identity, net.segment_to, bits * np.uint64(3))
    return np.argsort(identity, kind="stable")[:n_sources]


def _flow_through_trees(distance: Floats, parent: NDArray[np.int32]) -> Floats:
    """Count the junctions at or beyond each junction of each tree, farthest first: (n_sources, n_junctions)."""
    flow = np.ones(distance.shape)
    for tree_distance, tree_parent, tree_flow in zip(distance, parent, flow, strict=True):
        fold_tree(tree_parent, np.argsort(-tree_distance, kind="stable"), tree_flow)
    return flow


def _flow_along_segments(
    net: StreetNetwork, flow: Floats, parent: NDArray[np.int32], kept: NDArray[np.bool_]
) -> Floats:
    total = np.zeros(net.n_segments)
    segment = np.flatnonzero(kept)
    a, b = net.segment_from[segment], net.segment_to[segment]
    for tree_flow, tree_parent in zip(flow, parent, strict=True):
        total[segment] += np.where(tree_parent[b] == a, tree_flow[b], 0.0)
        total[segment] += np.where(tree_parent[a] == b, tree_flow[a], 0.0)
    return total
