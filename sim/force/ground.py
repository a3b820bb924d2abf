"""Streets and beats: what is there, cut to the polygon that is wanted, and divided as the force divides it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.land_use import KINDS, City, LandUse
from sim.city.part import cut_districts
from sim.city.reading.load import EMBEDDED, Loaded, load_source
from sim.city.streets import Ints, StreetNetwork
from sim.errors import InputError
from sim.force.account import Account, Bools
from sim.force.columns_of_shapes import name_column
from sim.force.settings import FILE, ForceFile, Part, file_of
from sim.force.shapes import read_polygons, street_lines

LEAST_OVERLAP = 0.001
"""Share of the smaller of two beats from which on their overlap is told; borders drawn by hand overlap a little."""
FAR_M = 500.0
"""A street that is farther than this from its beat is told: the streets may reach beyond the town."""


class Beats(NamedTuple):
    """Hold the beats of a town, as its districts."""

    names: tuple[str, ...]
    """(n_beats,) by number of the district"""
    shapes: tuple[object, ...]
    """(n_beats,) polygons in the metres of the streets"""
    district: Ints
    """(n_segments,) number of the beat"""


def read_streets(folder: Path, settings: ForceFile) -> tuple[Loaded, Account]:
    """Read the streets that `force.toml` names, whole.

    Raises
    ------
    InputError
        If it names none, or there is no usable street in them.
    """
    wanted = settings.streets
    if not wanted.file:
        raise InputError(
            f"{folder / FILE} must name the streets in [streets] file: a map file, an OpenStreetMap extract or a place "
            "name; they are all that cannot be done without"
        )
    account = Account("streets", wanted.file)
    there = folder / wanted.file
    source = str(there) if there.exists() else wanted.file
    embedded = source in EMBEDDED
    silent = there.suffix.lower() == ".shp" and not there.with_suffix(".prj").exists()
    crs = wanted.crs or (settings.places.crs if silent else "")
    loaded = load_source(
        source, layer=wanted.layer or None, paths=wanted.paths, crs=crs or None,
        name=settings.name or None if not embedded and there.suffix.lower() != ".npz" else None,
    )  # fmt: skip
    name = settings.name or (loaded.streets.name if embedded else folder.resolve().name)
    streets = replace(loaded.streets, name=name)
    km = float(streets.segment_length_m.sum()) / 1000.0
    account.read("streets", segments=streets.n_segments, km=round(km, 1), file=wanted.file)
    return replace(loaded, streets=streets), account


def inside_of(net: StreetNetwork, folder: Path, settings: ForceFile, account: Account) -> Bools:
    """Say which segments lie in the polygon that the streets are to be clipped by; all where there is none.

    A segment lies where its middle lies. Of what is left, the largest part in which one can walk about is kept.
    """
    import shapely  # noqa: PLC0415 - heavy; workers start without it

    if not settings.streets.clip:
        return np.ones(net.n_segments, bool)
    path = file_of(folder, settings.streets.clip)
    own = Account("clip")
    part = Part(layer=settings.streets.clip_layer, crs=settings.streets.clip_crs)
    areas = read_polygons(path, net, own, part, settings.places.crs)
    middles = shapely.line_interpolate_point(street_lines(net), 0.5, normalized=True)
    wanted = np.asarray(shapely.contains(areas.union_all(), middles), bool)
    if not wanted.any():
        raise InputError(f"{path}: the polygon to clip by must hold streets of {net.name!r}, got one without any")
    inside = _hang_together(net, wanted)
    metres = net.segment_length_m
    account.notes += own.notes
    account.read(
        "clipped", file=settings.streets.clip, segments=int(inside.sum()), of=net.n_segments,
        km=round(float(metres[inside].sum()) / 1000.0, 1),
    )  # fmt: skip
    if (wanted & ~inside).any():
        account.wrong(
            "clip_lost", n=int((wanted & ~inside).sum()), km=round(metres[wanted & ~inside].sum() / 1000.0, 1)
        )
    account.rows = net.n_segments
    account.left_out = {"reasons.clipped": int((~wanted).sum()), "reasons.islands": int((wanted & ~inside).sum())}
    account.used = int(inside.sum())
    return inside


def _hang_together(net: StreetNetwork, wanted: Bools) -> Bools:
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    rows = np.flatnonzero(wanted & net.walkable)
    if not len(rows):
        raise InputError(f"the polygon to clip {net.name!r} by must hold streets that people can walk along, got none")
    a, b = net.segment_from[rows], net.segment_to[rows]
    graph = coo_matrix((np.ones(len(rows), np.int8), (a, b)), shape=(net.n_junctions, net.n_junctions))
    piece = connected_components(graph, directed=False)[1]
    home = piece == np.bincount(piece[a], net.segment_length_m[rows]).argmax()
    return np.asarray(wanted & home[net.segment_from] & home[net.segment_to], bool)


def cut(
    net: StreetNetwork, use: LandUse | None, inside: Bools
) -> tuple[StreetNetwork, LandUse | None, NDArray[np.int64]]:
    """Cut streets and what is known along them; also gives the rows that are left."""
    rows = np.flatnonzero(inside)
    if inside.all():
        return net, use, rows
    nothing = np.full(net.n_segments, np.nan, np.float32)
    known = use or LandUse(**dict.fromkeys(KINDS, nothing), inferred=False)
    city = cut_districts(City(net, known, np.where(inside, 0, 1).astype(np.int32)), (0,))
    return city.streets, city.land_use if use is not None else None, rows


def read_beats(net: StreetNetwork, folder: Path, settings: ForceFile) -> tuple[Beats | None, Account]:
    """Read the beats, and find the beat of each segment.

    Raises
    ------
    InputError
        If the file has no polygons on these streets.
    """
    account = Account("beats", settings.beats.file)
    if not settings.beats.file:
        account.default("no_beats")
        return None, account
    path = file_of(folder, settings.beats.file)
    areas = read_polygons(path, net, account, settings.beats, settings.places.crs)
    column = name_column(areas, settings.beats.name, "beats", path)
    if column is None:
        areas["beat"] = [str(number + 1) for number in range(len(areas))]
        account.default("beats_by_number", n=len(areas))
    else:
        names = areas[column].map(lambda name: f"{name:g}" if isinstance(name, float) else str(name).strip())
        areas["beat"] = names.where(areas[column].notna(), "?")
        account.read("beat_names", column=column)
    whole = areas[["beat", "geometry"]].dissolve("beat", sort=False).reset_index()
    if len(whole) < len(areas):
        account.read("beats_joined", n=len(areas), beats=len(whole))
    _tell_overlaps(whole.beat.tolist(), whole.geometry.to_numpy(), account)
    number = _beat_of_segments(net, whole.geometry.to_numpy(), settings.beats.by, account)
    kept = np.unique(number)
    empty = [name for i, name in enumerate(whole.beat) if i not in set(kept.tolist())]
    if empty:
        account.wrong("empty_beats", names=empty)
    names = tuple(str(whole.beat[i]) for i in kept)
    account.read("beats", n=len(names))
    return Beats(names, tuple(whole.geometry[i] for i in kept), np.searchsorted(kept, number).astype(np.int32)), account


def _tell_overlaps(names: list[str], shapes: NDArray[np.object_], account: Account) -> None:
    import shapely  # noqa: PLC0415 - heavy; workers start without it

    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = pairs[:, pairs[0] < pairs[1]]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    large = shared > LEAST_OVERLAP * np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    for i in np.flatnonzero(large)[:5]:
        account.wrong("overlap", one=names[one[i]], other=names[other[i]], km2=round(float(shared[i]) / 1e6, 3))
    if large.sum() > 5:
        account.wrong("more_overlaps", n=int(large.sum()) - 5)
    union = shapely.union_all(shapes)
    holes = shapely.area(shapely.polygons(shapely.get_rings(union))).sum() - shapely.area(union)
    outer = sum(
        shapely.area(shapely.polygons(part.exterior))
        for part in shapely.get_parts(union)
        if part.geom_type == "Polygon"
    )
    gap = float(outer - shapely.area(union))
    if holes > 0 and gap > LEAST_OVERLAP * shapely.area(union):
        account.wrong("gap", km2=round(gap / 1e6, 3))


def _beat_of_segments(net: StreetNetwork, shapes: NDArray[np.object_], by: str, account: Account) -> NDArray[np.int64]:
    """Find the beat of each segment; of several that hold it the one with most of its length, else the nearest."""
    import shapely  # noqa: PLC0415 - heavy; workers start without it

    lines = np.array(street_lines(net), object)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    tree = shapely.STRtree(shapes)
    asked = lines if by == "length" else middle
    segment, beat = tree.query(asked, predicate="intersects")
    share = shapely.length(shapely.intersection(lines[segment], shapes[beat]))
    # Ordered by segment and falling share: the first of each segment is its beat.
    order = np.lexsort((beat, -share, segment))
    rows, first = np.unique(segment[order], return_index=True)
    number = np.full(net.n_segments, -1, np.int64)
    number[rows] = beat[order][first]
    several = len(segment) - len(rows)
    if by == "midpoint" and several:
        account.wrong("in_several", n=several)
    outside = np.flatnonzero(number < 0)
    if len(outside) == net.n_segments:
        raise InputError(f"{account.source}: beats must hold streets of {net.name!r}, got none that does")
    if len(outside):
        (asked_rows, nearest), metres = tree.query_nearest(middle[outside], return_distance=True)
        at = np.unique(asked_rows, return_index=True)[1]
        number[outside] = nearest[at]
        account.wrong("in_no_beat", n=len(outside), share=round(100.0 * len(outside) / net.n_segments, 1),
                      far=int((metres[at] > FAR_M).sum()), metres=FAR_M)  # fmt: skip
    return number
