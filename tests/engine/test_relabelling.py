"""Rows are not identities: number the streets or the officers anew, and the same things happen to the same ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from worlds import Ledger, run, scenario

from sim.city.land_use import City, LandUse
from sim.city.streets import StreetNetwork
from sim.policies.reactive import Reactive
from sim.world import World, build_city, build_world

TOWN = scenario(
    offending__share_offending=0.15,
    offending__searches_per_year=300.0,
    investigation__p_charged=1.0,
    migrants__mean_stay_days=20.0,
    disputes__disputes_per_household=3.0,
    n_days=6,
)
TABLES = ("offences", "calls", "incidents", "contacts", "arrests", "disputes")


def number_anew(city: City, order: NDArray[np.int64], *, keep_keys: bool = True) -> City:
    """Give segments other rows: row `i` is the segment that was in row `order[i]`."""
    net, use = city.streets, city.land_use
    columns = {
        f.name: getattr(net, f.name)[order]
        for f in fields(StreetNetwork)
        if isinstance(getattr(net, f.name), np.ndarray) and len(getattr(net, f.name)) == net.n_segments
    }
    if not keep_keys:
        del columns["segment_key"]
    points = [np.arange(net.geometry_start[s], net.geometry_start[s + 1]) for s in order]
    columns["geometry_start"] = np.concatenate([[0], np.cumsum([len(p) for p in points])]).astype(np.int32)
    columns["geometry_x"], columns["geometry_y"] = (getattr(net, f"geometry_{a}")[np.concatenate(points)] for a in "xy")
    stays = {"junction_x", "junction_y"}
    streets = replace(net, **{name: value for name, value in columns.items() if name not in stays})
    parts = {f.name: getattr(use, f.name)[order] for f in fields(LandUse) if f.name != "inferred"}
    return City(streets, replace(use, **parts), city.district[order])


def names(world: World) -> dict[str, NDArray[Any]]:
    """Name the rows of a world before its first tick by what does not depend on rows; the last stands for none."""
    state = world.state
    residents, officers = state.residents["key"].copy(), state.officers["key"].copy()
    segments, offenders = state.segments["key"].copy(), state.offenders["key"].copy()
    rows = dict.fromkeys(("resident", "caller", "victim", "resident_a", "resident_b"), residents)
    rows |= {"officer": officers, "offender": offenders, "segment": segments, "home": segments}
    return {name: np.append(keys.astype(object), None) for name, keys in rows.items()}


def events(ledger: Ledger, named: dict[str, NDArray[Any]]) -> dict[str, list[str]]:
    """List what happened in words that hold for every numbering, in a fixed order."""
    out = {}
    for table in TABLES:
        rows = ledger[table]
        columns = [named[c][rows[c]] if c in named else np.round(rows[c], 6) for c in rows.dtype.names]
        out[table] = sorted(map(repr, zip(*(c.tolist() for c in columns), strict=True)))
    return out


def lives(city: City, seed: int = 1, change: Callable[[World], None] | None = None) -> dict[str, list[str]]:
    """Run the town and list its events."""
    world = build_world(TOWN, seed, city)
    if change is not None:
        change(world)
    named = names(world)
    return events(run(world, Reactive()), named)


def test_streets_may_be_numbered_anew():
    city = build_city(TOWN)
    order = np.random.default_rng(3).permutation(city.streets.n_segments)
    one, other = lives(city), lives(number_anew(city, order))
    for table in TABLES:
        assert len(one[table]) > 0, table
        assert other[table] == one[table], table


def test_streets_without_their_keys_are_other_streets():
    city = build_city(TOWN)
    order = np.random.default_rng(3).permutation(city.streets.n_segments)
    assert lives(number_anew(city, order, keep_keys=False))["offences"] != lives(city)["offences"]


def shuffle_officers(world: World) -> None:
    """Give the officers other rows."""
    officers = world.state.officers
    officers[:] = officers[np.random.default_rng(4).permutation(len(officers))]


def test_officers_may_be_numbered_anew():
    city = build_city(TOWN)
    one, other = lives(city), lives(city, change=shuffle_officers)
    for table in TABLES:
        assert other[table] == one[table], table


def shuffle_keys(world: World) -> None:
    """Give the officers the keys of others."""
    officers = world.state.officers
    officers["key"] = officers["key"][np.random.default_rng(4).permutation(len(officers))]


def test_officers_with_the_keys_of_others_are_other_officers():
    city = build_city(TOWN)
    assert lives(city, change=shuffle_keys)["contacts"] != lives(city)["contacts"]
