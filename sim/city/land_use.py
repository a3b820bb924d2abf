"""What stands along a street: homes, work, shops, places to go out."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.centrality import measure_centrality
from sim.city.keyed import keyed_normal, keyed_uniform
from sim.city.recorded import IncidentCount
from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.city.part import Part

KINDS = ("dwellings", "jobs", "venues", "shops", "stations")
"""What is counted along a street, in the order in which it is kept."""

Floats32 = NDArray[np.float32]
Floats = NDArray[np.float64]

# Rules of thumb for a town of mixed use: 2.3 people a dwelling, half of them in work and a fifth at
# school; some two places to eat or drink and three to four shops per 1,000 people.
JOBS_PER_DWELLING = 1.5
VENUES_PER_DWELLING = 0.005
SHOPS_PER_DWELLING = 0.008
DWELLINGS_PER_STATION = 3000.0
FRONTAGE_M = 8.0
"""Metres of a pavement behind which there is room for one shop, or one place to go out."""

# What a metre of street attracts, beside a metre of another class.
_HOMES = {
    "trunk": 0.1,
    "primary": 0.6,
    "secondary": 0.8,
    "tertiary": 1.0,
    "residential": 1.0,
    "service": 0.3,
    "path": 0.1,
}
_TRADE = {
    "trunk": 0.5,
    "primary": 3.0,
    "secondary": 3.0,
    "tertiary": 2.0,
    "residential": 0.6,
    "service": 0.4,
    "path": 0.3,
}
_WORK = {
    "trunk": 0.7,
    "primary": 2.5,
    "secondary": 2.2,
    "tertiary": 1.5,
    "residential": 0.7,
    "service": 0.6,
    "path": 0.2,
}


@dataclass(frozen=True)
class LandUse:
    """Hold what each segment offers, one value per segment.

    Where a source has buildings and points of interest these are counts; otherwise they are
    inferred from street class and centrality by a seeded rule, and `inferred` says so.
    """

    dwellings: Floats32
    """(n_segments,) homes"""
    jobs: Floats32
    """(n_segments,) work places, schools included"""
    venues: Floats32
    """(n_segments,) bars, restaurants and other places of the evening"""
    shops: Floats32
    """(n_segments,) shops"""
    stations: Floats32
    """(n_segments,) stations and large stops"""
    inferred: bool
    """inferred from the streets, not observed"""


def known_kinds(use: LandUse) -> tuple[str, ...]:
    """Name the kinds that a source knows anything of; all of them where nothing is missing."""
    return tuple(name for name in KINDS if not np.isnan(getattr(use, name)).all())


@dataclass(frozen=True, eq=False)
class City:
    """Join the streets, their land use and the districts they are divided into."""

    streets: StreetNetwork
    land_use: LandUse
    district: NDArray[np.int32]
    """(n_segments,) number of the district (beat), 0 to n_districts - 1"""
    opportunity_weight: Floats | None = None
    """(n_segments,) weight of opportunity from recorded incidents, mean 1; none by default"""
    incidents: IncidentCount | None = None
    """what became of the rows of the file with the incidents"""
    from_source: tuple[str, ...] = ()
    """kinds of land use that came with the streets; the others were inferred for this run"""
    has_own_districts: bool = False
    """the districts came with the streets, too"""
    n_districts_left_out: int = 0
    """districts that came with the streets and are not used, since another number of them is wanted"""
    part: Part | None = None
    """what of which city this is, where it was cut out of one"""


def infer_land_use(net: StreetNetwork, *, n_dwellings: int, seed: int) -> LandUse:
    """Infer homes, jobs, venues, shops and stations from street class and centrality.

    Trade follows main streets and centrality (Porta et al. 2009), gathers in a centre and
    smaller sub-centres (rank-size rule) and is heavy-tailed; homes thin out from the centre
    (Clark 1951) and are denser in some quarters. A street holds no more shops, and no more places to go out, than half
    of its two pavements have room for; what does not fit stands elsewhere. Every draw is keyed by `net.segment_key`, so
    renumbering the segments renumbers the land use and changes nothing else. All values are
    whole numbers; dwellings sum to `n_dwellings` exactly, the others to their rate on average.

    Raises
    ------
    InputError
        If `n_dwellings` is negative or `seed` is negative.
    """
    for name, value in (("n_dwellings", n_dwellings), ("seed", seed)):
        if value < 0:
            raise InputError(f"land use: {name} must be a whole number of 0 or more, got {value}; try {name}=1")
    centre = _place_centres(net, seed)
    trade = centre.pull * _of_class(net, _TRADE) * np.sqrt(net.segment_length_m) * (0.2 + centre.busyness) ** 2
    work = (centre.pull + 0.05) * _of_class(net, _WORK) * net.segment_length_m
    fashion = _smooth_field(net, seed, "fashion of quarters", scale_m=400.0)
    frontage = net.segment_length_m / FRONTAGE_M
    parts: dict[str, tuple[Floats, float, Floats | float]] = {
        "jobs": (work * _spread(net, seed, "jobs", 1.1), JOBS_PER_DWELLING, np.inf),
        "venues": (trade * np.exp(fashion) * _spread(net, seed, "venues", 0.9), VENUES_PER_DWELLING, frontage),
        "shops": (trade * np.exp(0.5 * fashion) * _spread(net, seed, "shops", 0.9), SHOPS_PER_DWELLING, frontage),
    }
    drawn = {
        name: _round_by_chance(net, seed, name, _fit(_share(net, weight) * rate * n_dwellings, room))
        for name, (weight, rate, room) in parts.items()
    }
    return LandUse(
        dwellings=_allot_dwellings(net, seed, centre.distance, n_dwellings),
        stations=_place_stations(net, trade, n_dwellings),
        inferred=True,
        **drawn,
    )


def merge_land_use(observed: LandUse, inferred: LandUse) -> LandUse:
    """Take what was observed, and fill what is not known (NaN) from what was inferred.

    Levels are not matched: infer with the number of dwellings that fits the observation.

    Raises
    ------
    InputError
        If the two describe different numbers of segments.
    """
    if observed.dwellings.shape != inferred.dwellings.shape:
        raise InputError(
            "land use: observed and inferred values must describe the same segments, "
            f"got {len(observed.dwellings)} and {len(inferred.dwellings)}; infer on the network that was observed"
        )
    missing = {name: np.isnan(getattr(observed, name)) for name in KINDS}
    filled = {name: np.where(missing[name], getattr(inferred, name), getattr(observed, name)) for name in KINDS}
    anything_filled = any(bool(hole.any()) for hole in missing.values())
    return LandUse(**filled, inferred=observed.inferred or (anything_filled and inferred.inferred))


@dataclass(frozen=True)
class _Centres:
    pull: Floats
    """(n_segments,) nearness to the centre and the sub-centres, weighted by their rank"""
    busyness: Floats
    """(n_segments,) rank of betweenness, 0 to 1"""
    distance: Floats
    """(n_segments,) distance to the main centre, in radii of the city"""


def _place_centres(net: StreetNetwork, seed: int) -> _Centres:
    """Put the main centre where the city is most central, sub-centres on busy streets apart from it.

    The number of sub-centres grows as the square root of size (one at 225 segments, 4 at 4,000).
    """
    found = measure_centrality(net)
    closeness = np.maximum(found.closeness[net.segment_from], found.closeness[net.segment_to])
    busyness = _rank(net, found.betweenness)
    radius = _radius_m(net)
    luck = 0.3 * keyed_uniform(net.segment_key, seed=seed, stream="sub-centres")
    n_centres = 1 + round(np.sqrt(net.n_segments) / 15)
    main = int(np.lexsort((net.segment_key, -closeness * (0.5 + busyness)))[0])
    centre = _pick_apart(net, busyness + luck, n_centres, 0.35 * radius, first=main)
    pull = np.full(net.n_segments, 0.03)
    for rank, segment in enumerate(centre, start=1):
        reach_m = np.clip(0.2 * radius, 150.0, 900.0) * rank**-0.3
        pull += np.exp(-_distance_m(net, segment) / reach_m) / rank**0.8
    return _Centres(pull, busyness, _distance_m(net, main) / radius)


def _allot_dwellings(net: StreetNetwork, seed: int, centre_distance: Floats, n_dwellings: int) -> Floats32:
    quarter = _smooth_field(net, seed, "density of quarters", scale_m=600.0)
    weight = net.segment_length_m * _of_class(net, _HOMES) * np.exp(0.4 * quarter - 0.6 * centre_distance)
    expected = _share(net, weight * _spread(net, seed, "dwellings", 0.45)) * n_dwellings
    whole = np.floor(expected)
    # Largest remainders: the sum must be exact, since residents are counted from it.
    left = n_dwellings - int(whole.sum())
    whole[np.lexsort((net.segment_key, whole - expected))[:left]] += 1
    return whole.astype(np.float32)


def _place_stations(net: StreetNetwork, trade: Floats, n_dwellings: int) -> Floats32:
    n_stations = min(max(1, round(n_dwellings / DWELLINGS_PER_STATION)), net.n_segments)
    stations = np.zeros(net.n_segments, np.float32)
    spacing_m = _radius_m(net) / np.sqrt(n_stations)
    stations[_pick_apart(net, trade, n_stations, spacing_m)] = 1.0
    return stations


def _pick_apart(net: StreetNetwork, score: Floats, n: int, spacing_m: float, first: int | None = None) -> list[int]:
    """Pick the `n` best-scored segments that keep their distance; nearer ones once there is no room."""
    best_first = np.lexsort((net.segment_key, -score))
    picked = [int(best_first[0]) if first is None else first]
    gap = _distance_m(net, picked[0])
    while len(picked) < min(n, net.n_segments):
        free = best_first[gap[best_first] >= spacing_m]
        if free.size == 0:
            spacing_m *= 0.5
            free = best_first[(gap[best_first] >= spacing_m) & (gap[best_first] > 0)]
        if free.size == 0:
            break
        picked.append(int(free[0]))
        gap = np.minimum(gap, _distance_m(net, picked[-1]))
    return picked


def _smooth_field(net: StreetNetwork, seed: int, stream: str, scale_m: float) -> Floats:
    """Draw a Gaussian field over the plane: mean 0, variance 1, correlated over `scale_m`.

    A sum of random waves (Rahimi and Recht 2007) is a function of the place alone, so neighbours
    agree and the numbering does not matter.
    """
    wave = np.arange(48, dtype=np.uint64)
    kx = keyed_normal(wave, seed=seed, stream=stream + " x") / scale_m
    ky = keyed_normal(wave, seed=seed, stream=stream + " y") / scale_m
    phase = 2.0 * np.pi * keyed_uniform(wave, seed=seed, stream=stream + " phase")
    total = np.zeros(net.n_segments)
    for k in range(len(wave)):
        total += np.cos(kx[k] * net.midpoint_x + ky[k] * net.midpoint_y + phase[k])
    return np.asarray(total * np.sqrt(2.0 / len(wave)), np.float64)


def _spread(net: StreetNetwork, seed: int, stream: str, sigma: float) -> Floats:
    """Draw a lognormal factor per segment: neighbours on one street differ a great deal."""
    return np.asarray(np.exp(sigma * keyed_normal(net.segment_key, seed=seed, stream=stream)), np.float64)


def _round_by_chance(net: StreetNetwork, seed: int, stream: str, expected: Floats) -> Floats32:
    """Round up with the chance of the fraction, so that 0.1 venues is one venue on every tenth street."""
    luck = keyed_uniform(net.segment_key, seed=seed, stream=stream + " rounding")
    return np.floor(expected + luck).astype(np.float32)


def _of_class(net: StreetNetwork, value: dict[str, float]) -> Floats:
    return np.array([value.get(name, 0.0) for name in STREET_CLASSES])[net.segment_class]


def _share(net: StreetNetwork, weight: Floats) -> Floats:
    """Divide by the sum; by length where no street may carry anything (a network of motorways)."""
    weight = weight if weight.any() else net.segment_length_m
    return weight / fsum(weight)  # fsum: the same to the last bit in any order


def _fit(expected: Floats, room: Floats | float) -> Floats:
    """Let no street hold more than it has room for, and the others hold what is left, in proportion.

    Where all streets together are too small, each is filled alike beyond its room.
    """
    total = fsum(expected)
    room = np.broadcast_to(np.asarray(room, np.float64), expected.shape)
    if fsum(room[expected > 0.0]) <= total:
        return expected if total <= 0.0 else np.where(expected > 0.0, room, 0.0) * (total / fsum(room[expected > 0.0]))
    full = np.zeros(len(expected), bool)
    while (over := ~full & (expected > room)).any():
        full |= over
        elsewhere = (total - fsum(room[full])) / fsum(expected[~full])
        expected = np.where(full, room, expected * elsewhere)
    return expected


def _rank(net: StreetNetwork, value: Floats) -> Floats:
    rank = np.empty(len(value))
    rank[np.lexsort((net.segment_key, value))] = (np.arange(len(value)) + 0.5) / len(value)
    return rank


def _radius_m(net: StreetNetwork) -> float:
    """Give the radius of the disc over which the segments would spread as widely."""
    n, x, y = net.n_segments, net.midpoint_x, net.midpoint_y
    spread = fsum((x - fsum(x) / n) ** 2 + (y - fsum(y) / n) ** 2) / n
    return max(float(np.sqrt(2.0 * spread)), 1.0)


def _distance_m(net: StreetNetwork, segment: int) -> Floats:
    x, y = net.midpoint_x, net.midpoint_y
    return np.asarray(np.hypot(x - x[segment], y - y[segment]), np.float64)
