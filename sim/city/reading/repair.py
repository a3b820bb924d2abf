"""From raw street pieces to a clean street network, with an account of everything that was changed.

Clipped extracts, one-way streets, dead ends, islands, missing lengths and parallel streets are
normal input. What comes out obeys one rule that the rest of the model relies on: **every junction
can be reached from every other, on foot and by vehicle.**
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from sim.city.reading.filling import fill_lengths, fill_speeds
from sim.city.reading.joining import drop_copies, fold_loops, join_chains, split_loops
from sim.city.reading.ordering import junction_order, orient, segment_keys
from sim.city.reading.pieces import Bools, StreetPieces, Tally
from sim.city.reading.whereabouts import Whereabouts
from sim.city.reading.words.account import account_text
from sim.city.reading.words.told import Told
from sim.city.streets import Floats, Ints, StreetNetwork
from sim.errors import InputError
from sim.inputs.words import Lang

MERGE_NODES_M = 0.1
"""Nodes joined by a piece shorter than this are one node: no street is that short."""

MUCH_LOST = 0.1
"""Share of the length of street above which a loss is a warning."""

REPAIRS = {
    "lengths_filled": None, "lengths_corrected": None, "speeds_filled": None, "nodes_merged": None,
    "shapeless": "metres_shapeless", "directions_joined": None, "copies": None, "off_the_walk": "metres_off_the_walk",
    "vehicle_only": "metres_of_vehicle_only", "opened": "metres_opened", "joints_removed": None, "loops_split": None,
}  # fmt: skip
"""Fields of the report that count repairs, in the order in which they are told, and the field of their metres."""


@dataclass(frozen=True)
class RepairReport:
    """Count everything that was dropped or changed on the way from a file to a network.

    Metres balance: `metres_given` is the length of the network plus `metres_of_copies`,
    `metres_off_the_walk`, `metres_of_vehicle_only` and `metres_shapeless`.
    """

    pieces_given: int
    metres_given: float
    junctions: int
    segments: int
    one_way: int
    """segments open to vehicles one way only"""
    lengths_filled: int = 0
    """pieces without a length, measured along their line"""
    lengths_corrected: int = 0
    """pieces with a length shorter than the straight line between their ends, measured anew"""
    speeds_filled: int = 0
    """pieces without a speed, given that of their class"""
    nodes_merged: int = 0
    """nodes that lay on another one"""
    shapeless: int = 0
    """pieces that start and end at one node and enclose nothing, dropped"""
    metres_shapeless: float = 0.0
    directions_joined: int = 0
    """pieces that were the other direction of a street, joined to it"""
    copies: int = 0
    """pieces that repeated a street, merged into it"""
    metres_of_copies: float = 0.0
    """length of the two kinds of repetition"""
    off_the_walk: int = 0
    """pieces that people cannot walk to from the largest part of the city, dropped"""
    metres_off_the_walk: float = 0.0
    vehicle_only: int = 0
    """pieces for vehicles that lead away from every walkable street (motorways), dropped"""
    metres_of_vehicle_only: float = 0.0
    opened: int = 0
    """pieces opened to vehicles both ways, because a vehicle could not get there or not back"""
    metres_opened: float = 0.0
    joints_removed: int = 0
    """nodes that were no junction, taken out of their street"""
    loops_split: int = 0
    """streets that return to their own start, cut in two at half way"""
    told: Told = field(default_factory=Told)
    """lines that the reader left out, and values that it did not understand"""
    whereabouts: Whereabouts | None = None
    """where on Earth the network lies, and its extent"""

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def sentences(self, lang: Lang = "en") -> list[str]:
        """Say where a city lies, how large it is, and what was not understood, changed and lost."""
        where = [] if self.whereabouts is None else [self.whereabouts.sentence(lang)]
        whole = account_text(lang, "account.whole").format(
            pieces=self.pieces_given, km=_km(self.metres_given), segments=self.segments, one_way=self.one_way,
            junctions=self.junctions,
        )  # fmt: skip
        return [*where, whole, *self.told.sentences(lang), *_repairs(self, lang), *_losses(self, lang)]

    def account(self) -> dict[str, object]:
        """Say what became of every line and metre of the source, in numbers for programs."""
        numbers = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"told", "whereabouts"}}
        return self.told.account() | numbers

    @property
    def metres_lost(self) -> float:
        """Add up the street that is in the source and not in the network; what repeats another street is not lost."""
        return self.metres_off_the_walk + self.metres_of_vehicle_only + self.metres_shapeless

    @property
    def share_lost(self) -> float:
        """Give the share of the streets of the source, each counted once, that is not in the network."""
        return self.metres_lost / max(self.metres_given - self.metres_of_copies, 1e-9)


def _repairs(r: RepairReport, lang: Lang) -> list[str]:
    said = []
    for repair, metres in REPAIRS.items():
        what = account_text(lang, f"account.{repair}")
        if not (count := getattr(r, repair)):
            continue
        if metres is None:
            said.append(account_text(lang, "account.counted").format(n=count, what=what))
        else:
            km = _km(getattr(r, metres))
            said.append(account_text(lang, "account.measured").format(n=count, what=what, km=km))
    return said


def _losses(r: RepairReport, lang: Lang) -> list[str]:
    if r.metres_lost == 0:
        return []
    key = "lost" if r.share_lost <= MUCH_LOST else "much_lost"
    share = f"{100 * r.share_lost:.1f}"
    return [account_text(lang, f"account.{key}").format(share=share, km=_km(r.metres_lost))]


def _km(metres: float) -> str:
    return f"{metres / 1000:.1f}"


def repair_streets(
    pieces: StreetPieces,
    *,
    name: str,
    crs: str = "local",
    attribution: str = "",
    source: str = "",
) -> tuple[StreetNetwork, RepairReport]:
    """Make a clean network of raw street pieces.

    The order of the steps is the order of this function. The result does not depend on the order or
    the direction in which a file lists its pieces.

    Parameters
    ----------
    pieces
        What a source gave.
    name, crs, attribution, source
        Written into the network as they are.

    Raises
    ------
    InputError
        If a coordinate is no number, or no street is left that people can walk along.
    """
    _refuse_nowhere(pieces, name)
    count = Tally(float)
    given = len(pieces)
    pieces = fill_lengths(pieces, count, name)
    metres = float(pieces.length_m.sum())
    pieces = fill_speeds(pieces, count)
    pieces = _merge_near_nodes(pieces, count)
    pieces = _drop_shapeless(pieces, count)
    pieces = drop_copies(pieces, count)
    pieces = _keep_walkable_city(pieces, count, name)
    pieces = _open_to_vehicles(pieces, count)
    pieces = _join_until_stable(pieces, count)
    pieces = split_loops(pieces, count)
    net = _as_network(pieces, name, crs, attribution, source)
    one_way = int(np.sum(net.drive_forward != net.drive_backward))
    return net, _report(count, given, metres, net, one_way)


def _report(count: Tally, given: int, metres: float, net: StreetNetwork, one_way: int) -> RepairReport:
    empty = RepairReport(given, metres, net.n_junctions, net.n_segments, one_way)
    counted: dict[str, Any] = {key: float(v) if key.startswith("metres") else int(v) for key, v in count.items()}
    return replace(empty, **counted)


def _refuse_nowhere(p: StreetPieces, name: str) -> None:
    lines = p.line.tolist()
    if not all(np.isfinite(part).all() for part in (p.node_x, p.node_y, *lines)):
        raise InputError(
            f"street network {name!r}: every coordinate must be a number, got one that is none or lies beyond the Earth"
        )


def _merge_near_nodes(p: StreetPieces, count: Tally) -> StreetPieces:
    short = (p.length_m < MERGE_NODES_M) & (p.start != p.end)
    if not short.any():
        return p
    group = _components(len(p.node_x), p.start[short], p.end[short], strong=False)
    # The westernmost node of a group stands for it, whatever the order of the file.
    order = np.lexsort((p.node_y, p.node_x))
    _, first = np.unique(group[order], return_index=True)
    representative = order[first][group].astype(np.int32)
    count["nodes_merged"] += int(np.sum(representative != np.arange(len(representative))))
    return replace(p, start=representative[p.start], end=representative[p.end])


def _drop_shapeless(p: StreetPieces, count: Tally) -> StreetPieces:
    loop = np.flatnonzero(p.start == p.end)
    flat = [i for i in loop if np.ptp(p.line[i], axis=0).max() < 1.0]
    count["shapeless"] += len(flat)
    count["metres_shapeless"] += p.length_m[flat].sum()
    return p.take(np.delete(np.arange(len(p)), flat))


def _keep_walkable_city(p: StreetPieces, count: Tally, name: str) -> StreetPieces:
    if not len(p):
        raise InputError(
            f"street network {name!r}: a city needs streets that lead from one place to another, got lines that all "
            f"end within {MERGE_NODES_M:g} m of where they start; coordinates in the wrong unit look like that"
        )
    if not p.walkable.any():
        raise InputError(
            f"street network {name!r}: a city needs at least one street that people can walk along, got "
            f"{len(p)} usable pieces and none of them walkable; a layer or graph of streets with coordinates would work"
        )
    part = _components(len(p.node_x), p.start[p.walkable], p.end[p.walkable], strong=False)
    city = part == _heaviest(part, p, p.walkable)
    inside = city[p.start] & city[p.end]
    lost, no_way = ~inside & p.walkable, ~inside & ~p.walkable
    count["off_the_walk"] += int(lost.sum())
    count["metres_off_the_walk"] += p.length_m[lost].sum()
    count["vehicle_only"] += int(no_way.sum())
    count["metres_of_vehicle_only"] += p.length_m[no_way].sum()
    return p.take(inside)


def _open_to_vehicles(p: StreetPieces, count: Tally) -> StreetPieces:
    """Open the walkable pieces that a vehicle cannot reach, or not leave, to vehicles both ways.

    Such pieces are one-way streets cut off at the edge of an extract, and pedestrian streets. A patrol
    car does get there, so they are opened and not dropped. It suffices to open every walkable piece with
    an end outside of the largest strongly connected part: people can walk from there into that
    part, and each piece of their way has an end outside until they are in.
    """
    tail = np.concatenate([p.start[p.forward], p.end[p.backward]])
    head = np.concatenate([p.end[p.forward], p.start[p.backward]])
    part = _components(len(p.node_x), tail, head, strong=True)
    core = part == _heaviest(part, p, p.forward | p.backward)
    # A loop gets a junction half-way, which must be reached as well.
    closed_loop = (p.start == p.end) & ~(p.forward | p.backward)
    outside = (~(core[p.start] & core[p.end]) | closed_loop) & p.walkable & ~(p.forward & p.backward)
    count["opened"] += int(outside.sum())
    count["metres_opened"] += p.length_m[outside].sum()
    return replace(p, forward=p.forward | outside, backward=p.backward | outside)


def _components(n_nodes: int, tail: Ints, head: Ints, *, strong: bool) -> Ints:
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_matrix((np.ones(len(tail), np.int8), (tail, head)), shape=(n_nodes, n_nodes))
    labels: Ints = connected_components(graph, directed=strong, connection="strong")[1]
    return labels


def _heaviest(part: Ints, p: StreetPieces, counted: Bools) -> int:
    """Name the part with most street; of equals the westernmost, so that the order of a file decides nothing."""
    inside = counted & (part[p.start] == part[p.end])
    n_parts = int(part.max()) + 1
    metres = np.bincount(part[p.start[inside]], p.length_m[inside], n_parts).round(3)
    used = np.zeros(len(part), bool)
    used[p.start] = used[p.end] = True
    nodes = np.flatnonzero(used)
    order = np.lexsort((p.node_y[nodes], p.node_x[nodes], -metres[part[nodes]]))
    return int(part[nodes[order[0]]])


def _drop_vehicle_loops(p: StreetPieces, count: Tally) -> StreetPieces:
    # What is left of a motorway crossing once the motorway is gone: nobody lives there or drives through.
    idle = (p.start == p.end) & ~p.walkable
    count["vehicle_only"] += int(idle.sum())
    count["metres_of_vehicle_only"] += p.length_m[idle].sum()
    return p.take(~idle)


def _join_until_stable(p: StreetPieces, count: Tally) -> StreetPieces:
    # Joining two pieces can make a copy of a third, and merging copies can make a node a mere joint.
    before = -1.0
    while sum(count.values()) != before:
        before = sum(count.values())
        p = _drop_vehicle_loops(join_chains(p, count), count)
        p = drop_copies(fold_loops(p, count), count)
    return p


def _as_network(p: StreetPieces, name: str, crs: str, attribution: str, source: str) -> StreetNetwork:
    used, ends = np.unique(np.concatenate([p.start, p.end]), return_inverse=True)
    order = junction_order(p.node_x[used], p.node_y[used])
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    start, end = place[ends[: len(p)]], place[ends[len(p) :]]
    x, y = p.node_x[used][order], p.node_y[used][order]
    p = orient(replace(p, start=start, end=end, node_x=x, node_y=y))
    key, row = segment_keys(p)
    p = p.take(row)
    for line, a, b in zip(p.line, p.start, p.end, strict=True):
        line[0], line[-1] = (x[a], y[a]), (x[b], y[b])
    points: Floats = np.concatenate(p.line).astype(float)
    first = np.concatenate([[0], np.cumsum([len(line) for line in p.line])]).astype(np.int32)
    return StreetNetwork(
        name=name, junction_x=x, junction_y=y, segment_from=p.start.astype(np.int32), segment_to=p.end.astype(np.int32),
        segment_length_m=p.length_m, segment_speed_kmh=p.speed_kmh, segment_class=p.street_class,
        drive_forward=p.forward, drive_backward=p.backward, walkable=p.walkable,
        geometry_start=first, geometry_x=points[:, 0].copy(), geometry_y=points[:, 1].copy(),
        crs=crs, attribution=attribution, source=source, segment_key=key,
    )  # fmt: skip
