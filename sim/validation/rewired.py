"""A city whose streets lead elsewhere: the model itself is run on it, to see which patterns need the true network.

Each street keeps its length, its place on the map and all that stands along it; each junction keeps as many streets as
it has. Which junctions a street joins is dealt anew; ramps, on which nobody walks, stay. Where a pattern comes about
there as well, it tells nothing of how the streets of the city hang together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import networkx as nx
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.city.land_use import City
from sim.city.streets import StreetNetwork

REWIRED = "rewired"
"""Name of this baseline, beside those of `sim.validation.baselines`."""
ON_REWIRED = frozenset({
    "places.recorded", "repeats.burglary_repeats", "repeats.burglary_near_repeats", "offenders.journeys",
})  # fmt: skip
"""Functions of claims that are asked of a run on such streets: those on places."""
N_SEEDS = 3
"""The first so many seeds of a setting are run on such streets, each on a city of its own."""
Ints = NDArray[np.int64]


def rewire_city(city: City, seed: int) -> City:
    """Deal anew which junctions the streets of a city join.

    Ends are shuffled among all streets (the configuration model), and a street that would lead back to where it begins
    is dealt again. A piece that hangs together with nothing else exchanges an end with a street on a loop of the
    largest one, so that everybody can still get everywhere.
    """
    rng = np.random.default_rng([seed, 7])
    return replace(city, streets=_rewire(city.streets, rng))


def _rewire(net: StreetNetwork, rng: Generator) -> StreetNetwork:
    walked = np.flatnonzero(net.walkable)
    begin = net.segment_from[walked].astype(np.int64)
    end = _deal(begin, net.segment_to[walked].astype(np.int64), rng)
    ends = net.segment_to.copy()
    ends[walked] = _join_pieces(begin, end, net.n_junctions, rng)
    return replace(net, segment_to=ends)


def _deal(begin: Ints, end: Ints, rng: Generator) -> Ints:
    """Shuffle the ends until no street begins where it ends."""
    end = rng.permutation(end)
    while (loops := np.flatnonzero(begin == end)).size:
        for one in loops:
            other = int(rng.integers(len(end)))
            end[one], end[other] = end[other], end[one]
    return end


def _join_pieces(begin: Ints, end: Ints, n_junctions: int, rng: Generator) -> Ints:
    """Exchange ends between pieces and the largest one, which stays whole since the street taken lies on a loop."""
    end = end.copy()
    while True:
        of_street = pieces_of(begin, end, n_junctions)[begin]
        largest = int(np.bincount(of_street).argmax())
        apart = np.flatnonzero(of_street != largest)
        if not apart.size:
            return end
        one = int(apart[0])
        other = int(rng.choice(_on_loops(begin, end, np.flatnonzero(of_street == largest))))
        end[one], end[other] = end[other], end[one]


def pieces_of(begin: Ints, end: Ints, n_junctions: int) -> Ints:
    """Number the piece of the network that each junction is in."""
    graph = coo_array((np.ones(len(begin)), (begin, end)), shape=(n_junctions, n_junctions))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _on_loops(begin: Ints, end: Ints, streets: Ints) -> Ints:
    """Keep the streets without which their piece would still hang together."""
    ends = [frozenset(pair) for pair in zip(begin[streets].tolist(), end[streets].tolist(), strict=True)]
    bridges = {frozenset(pair) for pair in nx.bridges(nx.Graph([tuple(pair) for pair in ends]))}
    n_between = Counter(ends)
    return streets[[pair not in bridges or n_between[pair] > 1 for pair in ends]]
