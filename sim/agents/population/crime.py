"""Make what crime needs: opportunity on the streets, and the places that offenders know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.squares import smooth_fields
from sim.agents.state import Table
from sim.agents.tables import AWARENESS, NONE, row_dtype
from sim.city.land_use import City, LandUse
from sim.city.streets import StreetNetwork
from sim.compiling.compiled import compiled
from sim.draws import Stream, normals, uniform, uniform_four
from sim.params import CRIMES
from sim.scenarios.crime import Offending
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
AWARE = int(Stream.AWARENESS)
MOST_STEPS = 200
"""Steps of a walk from a place that is known, at most."""


def build_opportunity(scenario: Scenario, city: City, seed: int) -> Floats:
    """Spread opportunity over the segments: land use, times a heavy-tailed field alike nearby.

    Returns
    -------
    opportunity
        (n_segments, 5) mean 1 over the city for each type
    """
    net, p = city.streets, scenario.offending
    out = np.empty((net.n_segments, len(CRIMES)))
    noises = np.stack([normals(seed, Stream.OPPORTUNITY, net.segment_key, kind) for kind in range(len(CRIMES))])
    fields = smooth_fields(net, noises, p.opportunity_range_m)
    for kind, (crime, field) in enumerate(zip(CRIMES, fields, strict=True)):
        own = normals(seed, Stream.OPPORTUNITY, net.segment_key, kind + 100)
        spread = getattr(p.opportunity_spread, crime)
        # Half of the variance is shared with the neighbourhood, half belongs to the segment alone.
        values = _offered(net, city.land_use, p, crime) * np.exp(spread * (field + own) / np.sqrt(2.0))
        if city.opportunity_weight is not None:
            values = values * city.opportunity_weight
        out[:, kind] = values / max(values.mean(), 1e-12)
    return out


def _offered(net: StreetNetwork, use: LandUse, p: Offending, crime: str) -> Floats:
    """Give what there is to take or to hit, mean about 1."""
    # The second bar in a street adds less than the first (facilities saturate), hence logarithms.
    there = {
        "homes": _relative(use.dwellings),
        "venues": _relative(np.log1p(use.venues)),
        "shops": _relative(np.log1p(use.shops)),
        "length": net.segment_length_m / net.segment_length_m.mean(),
        "stations": _relative(np.log1p(use.stations)),
    }
    weight = {what: getattr(getattr(p, f"opportunity_{what}"), crime) for what in there}
    offered = np.zeros(net.n_segments)
    for what in sorted(there, key=lambda what: -weight[what]):
        offered += weight[what] * there[what]
    return offered


def _relative(values: NDArray[np.float32]) -> Floats:
    mean = float(values.mean())
    return values.astype(float) / mean if mean > 0 else np.zeros(len(values))


def build_awareness(
    scenario: Scenario, city: City, offenders: Table, places: NDArray[np.int32], anchors: NDArray[np.int32], seed: int
) -> Table:
    """List the segments that each offender knows: near its places and along its ways.

    `places` and `anchors` are those of the offenders' rounds, in the order of `offenders`.
    """
    net, p = city.streets, scenario.offending
    start, neighbours = net.neighbours
    hop_m = float(np.mean(net.segment_length_m))
    # A random walk of h steps ends about sqrt(h) segments away: its mean length follows from the decay.
    steps = max((p.awareness_decay_m / hop_m) ** 2, 1.0)
    ways = anchors.reshape(len(offenders), anchors.shape[1] * anchors.shape[2])
    segments = np.full((len(offenders), p.awareness_size), NONE, np.int32)
    _aware_segments(
        seed, offenders["key"], places, ways,
        start, neighbours, net.midpoint_x, net.midpoint_y, steps, p.aware_from_ways, p.home_buffer_m, segments,
    )  # fmt: skip
    return _list_known(segments, offenders, net.segment_key)


def _list_known(segments: NDArray[np.int32], offenders: Table, segment_key: NDArray[np.uint64]) -> Table:
    """List once what each offender came upon, with its share; sets `aware_start` and `aware_n`.

    Each list is in the order of the keys of segments, so that renumbering them changes no choice.
    """
    by_key = np.argsort(segment_key, kind="stable").astype(np.int32)
    rank = np.empty(len(by_key) + 1, np.int32)
    rank[by_key], rank[NONE] = np.arange(len(by_key)), len(by_key)
    sizes = np.empty(len(offenders), np.int64)
    _sort_known(rank, segments, sizes)
    offenders["aware_n"], offenders["aware_start"] = sizes, np.cumsum(sizes) - sizes
    awareness = np.zeros(max(int(sizes.sum()), 1), row_dtype(AWARENESS))
    _write_known(by_key, segments, awareness["segment"], awareness["pull"])
    return awareness


@compiled
def _sort_known(rank: NDArray[np.int32], known: NDArray[np.int32], sizes: NDArray[np.int64]) -> None:
    """Turn the segments of each row into their ranks and sort them, no segment last; count those that differ."""
    for i in range(known.shape[0]):
        mine, sizes[i] = known[i], 0
        for k in range(mine.size):
            value, hole = rank[mine[k]], k
            while hole > 0 and mine[hole - 1] > value:
                mine[hole] = mine[hole - 1]
                hole -= 1
            mine[hole] = value
        for k in range(mine.size):
            if mine[k] < rank.size - 1 and (k == 0 or mine[k] != mine[k - 1]):
                sizes[i] += 1


@compiled
def _write_known(
    by_key: NDArray[np.int32], ranks: NDArray[np.int32], segment: NDArray[np.int32], pull: NDArray[np.float32]
) -> None:
    """Write each of the sorted ranks of a row once, with the share of the row that is of it."""
    row = 0
    for i in range(ranks.shape[0]):
        mine, n_known = ranks[i], 0
        while n_known < mine.size and mine[n_known] < by_key.size:
            n_known += 1
        first = 0
        while first < n_known:
            last = first
            while last < n_known and mine[last] == mine[first]:
                last += 1
            segment[row], pull[row] = by_key[mine[first]], (last - first) / n_known
            row, first = row + 1, last


@compiled
def _aware_segments(
    seed: int,
    keys: NDArray[np.uint64],
    places: NDArray[np.int32],
    ways: NDArray[np.int32],
    start: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    x: Floats,
    y: Floats,
    mean_steps: float,
    from_ways: float,
    home_buffer_m: float,
    out: NDArray[np.int32],
) -> None:
    """Sample known segments: from a place or a point of a way, some steps along the streets at random."""
    luck = np.empty(MOST_STEPS)
    for i in range(keys.size):
        home = places[i, 0]
        for k in range(out.shape[1]):
            u_kind, u_which, u_steps, _ = uniform_four(seed, AWARE, keys[i], k * 1000)
            segment = places[i, min(int(u_which * 4.0), 3)]
            if u_kind < from_ways:
                segment = ways[i, int(u_which * ways.shape[1])]
            if segment == NONE:
                segment = home
            steps = min(int(-np.log(1.0 - u_steps) * mean_steps), MOST_STEPS)
            for step in range(steps):  # drawn apart from the walk, so that a processor need not wait for either
                luck[step] = uniform(seed, AWARE, keys[i], k * 1000 + 1 + step)
            for step in range(steps):
                n = start[segment + 1] - start[segment]
                if n > 0:
                    segment = neighbours[start[segment] + int(luck[step] * n)]
            if np.hypot(x[segment] - x[home], y[segment] - y[home]) >= home_buffer_m:
                out[i, k] = segment
