"""Cut a part out of a city at its true density: some districts, or a compact share.

What is cut are the streets. Who is on them is decided in `sim.agents.population.beyond`: people keep the homes, places
and ways that they have in the whole city, and whoever lives outside is there when they would be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.city.cells.equal import divide_equal, segment_graph
from sim.city.land_use import KINDS, City, LandUse
from sim.city.streets import StreetNetwork
from sim.errors import InputError

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

N_CANDIDATES = 60
"""Pieces of a city that are looked at before the one most like the whole is taken."""
MUCH_LOST = 0.05
"""Share of the streets of a choice that may hang on by nothing; more are districts that do not touch."""


@dataclass(frozen=True, eq=False)
class Part:
    """Say what of which city a part is."""

    whole: City
    segment: Ints
    """(n_segments,) row of each segment in the whole city"""
    districts: tuple[int, ...]
    """districts of the whole city that were chosen; none where a share was cut"""
    share: float
    """share of the homes of the whole city that stand here"""


def read_districts(text: str, n_districts: int) -> tuple[int, ...]:
    """Read the numbers of districts as a scenario writes them, for instance '2,3'.

    Raises
    ------
    InputError
        If one is no number of a district, or named twice.
    """
    numbers = [word.strip() for word in text.split(",")]
    if not all(word.isdecimal() and int(word) < n_districts for word in numbers):
        raise InputError(
            f"city.districts must name districts by number, 0 to {n_districts - 1}, such as '0' or '0,1', got {text!r}"
        )
    chosen = tuple(sorted({int(word) for word in numbers}))
    if len(chosen) < len(numbers):
        raise InputError(f"city.districts must name each district once, got {text!r}")
    return chosen


def cut_districts(whole: City, chosen: tuple[int, ...]) -> City:
    """Cut some districts out of a city; they keep their borders, and are numbered anew from 0 on.

    Raises
    ------
    InputError
        If they do not hang together.
    """
    wanted = np.isin(whole.district, chosen)
    inside = _largest_walk(whole.streets, wanted)
    metres = whole.streets.segment_length_m
    if metres[inside].sum() < (1.0 - MUCH_LOST) * metres[wanted].sum() or len({*whole.district[inside]}) < len(chosen):
        raise InputError(
            f"districts {', '.join(map(str, chosen))} of {whole.streets.name!r} must touch each other to be one part; "
            "run each of them by itself, or name those between as well"
        )
    district = np.searchsorted(chosen, whole.district[inside]).astype(np.int32)
    return _cut(whole, inside, district, chosen)


def cut_share(whole: City, share: float, n_districts: int) -> City:
    """Cut a compact piece with a share of the homes out of a city, the one that is most like the whole.

    Pieces grow along the streets from middles all over the city until they hold the share of homes. Taken is the one
    whose length of street, jobs, shops and venues come nearest to the same share of each. No seed has a part in it.

    Parameters
    ----------
    n_districts
        districts of the whole city; the piece has its share of them, at least one
    """
    inside = _largest_walk(whole.streets, _most_like_the_whole(whole, share))
    city = _cut(whole, inside, np.zeros(int(inside.sum()), np.int32), ())
    n = min(max(1, round(share * n_districts)), city.streets.n_segments)
    return replace(city, district=divide_equal(city.streets, n, city.land_use.dwellings + 1.0))


def _most_like_the_whole(whole: City, share: float) -> Bools:
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - only builders of cities pay for SciPy

    net, use = whole.streets, whole.land_use
    graph, by_key = segment_graph(net), np.argsort(net.segment_key, kind="stable")
    homes = use.dwellings.astype(np.float64) + 1e-3  # streets without homes count a little, so that any city fills up
    amounts = [np.asarray(amount, np.float64) for amount in (net.segment_length_m, use.jobs, use.shops + use.venues)]
    shares = [amount / amount.sum() for amount in amounts if amount.sum() > 0]
    best, least = np.zeros(net.n_segments, bool), np.inf
    for middle in by_key[np.linspace(0, len(by_key) - 1, min(N_CANDIDATES, len(by_key))).astype(int)]:
        metres = dijkstra(graph, directed=False, indices=middle)
        near = np.lexsort((net.segment_key, metres))
        n = int(np.searchsorted(np.cumsum(homes[near]), share * homes.sum())) + 1
        piece = np.zeros(net.n_segments, bool)
        piece[near[:n]] = True
        unlike = sum(float(np.log(max(part[piece].sum(), 1e-9) / share) ** 2) for part in shares)
        if unlike < least - 1e-9:
            best, least = piece, unlike
    return best


def _largest_walk(net: StreetNetwork, wanted: Bools) -> Bools:
    """Keep of the wanted segments those that people can walk between, in the largest of the pieces that they form."""
    walked = np.flatnonzero(wanted & net.walkable)
    if len(walked) == 0:
        raise InputError(f"a part of {net.name!r} must have a street that people can walk along, got none")
    piece = _components(net, walked, directed=False)
    metres = np.bincount(piece[net.segment_from[walked]], net.segment_length_m[walked])
    home = piece == int(metres.argmax())
    inside: Bools = wanted & home[net.segment_from] & home[net.segment_to]
    return inside


def _components(net: StreetNetwork, segments: NDArray[np.int64], *, directed: bool) -> Ints:
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    a, b = net.segment_from[segments], net.segment_to[segments]
    if directed:
        forward, backward = net.drive_forward[segments], net.drive_backward[segments]
        a, b = np.concatenate([a[forward], b[backward]]), np.concatenate([b[forward], a[backward]])
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(net.n_junctions, net.n_junctions))
    labels: Ints = connected_components(graph, directed=directed, connection="strong")[1]
    return labels


def _cut(whole: City, inside: Bools, district: Ints, chosen: tuple[int, ...]) -> City:
    row = np.flatnonzero(inside).astype(np.int32)
    use = LandUse(**{kind: getattr(whole.land_use, kind)[row] for kind in KINDS}, inferred=whole.land_use.inferred)
    homes = float(use.dwellings.sum(dtype=np.float64)) / max(float(whole.land_use.dwellings.sum(dtype=np.float64)), 1.0)
    weight = whole.opportunity_weight
    return replace(
        whole,
        streets=_cut_streets(whole.streets, row),
        land_use=use,
        district=district,
        opportunity_weight=None if weight is None else weight[row],
        part=Part(whole, row, chosen, homes),
    )


def _cut_streets(net: StreetNetwork, row: Ints) -> StreetNetwork:
    """Take some segments with their junctions; where a car could not get about among them, open one-way streets."""
    used, ends = np.unique(np.concatenate([net.segment_from[row], net.segment_to[row]]), return_inverse=True)
    junction: Ints = np.asarray(ends, np.int32)
    first, last = net.geometry_start[row], net.geometry_start[row + 1]
    points = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    per_segment = (
        "segment_length_m", "segment_speed_kmh", "segment_class", "drive_forward", "drive_backward", "walkable",
        "segment_key",
    )  # fmt: skip
    cut = replace(
        net,
        junction_x=net.junction_x[used],
        junction_y=net.junction_y[used],
        segment_from=junction[: len(row)],
        segment_to=junction[len(row) :],
        geometry_start=np.concatenate([[0], np.cumsum(last - first)]).astype(np.int32),
        geometry_x=net.geometry_x[points],
        geometry_y=net.geometry_y[points],
        **{name: getattr(net, name)[row] for name in per_segment},
    )
    return _open_to_vehicles(cut)


def _open_to_vehicles(net: StreetNetwork) -> StreetNetwork:
    """Open to vehicles both ways what a border has cut off from the streets among which they can get about.

    The rule of `sim.city.reading.repair` for the edge of an extract, and for the same reason.
    """
    part = _components(net, np.arange(net.n_segments), directed=True)
    metres = np.bincount(
        part[net.segment_from], net.segment_length_m * (part[net.segment_from] == part[net.segment_to])
    )
    core = part == int(metres.argmax())
    cut_off = ~(core[net.segment_from] & core[net.segment_to]) & net.walkable
    if not cut_off.any():
        return net
    return replace(net, drive_forward=net.drive_forward | cut_off, drive_backward=net.drive_backward | cut_off)
