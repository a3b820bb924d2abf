"""One more resident or officer changes what it touches, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import play, run, scenario, ticks

from sim.agents.population.offenders import pair_up
from sim.agents.state import State
from sim.agents.tables import NONE
from sim.city.streets import StreetNetwork
from sim.draws import Stream, uniforms
from sim.policies.reactive import Reactive
from sim.world import World, build_city, build_world

LIVELY: dict[str, Any] = {
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "disputes__disputes_per_household": 3.0,
    "n_days": 3,
}
N = 1500
CITY = build_city(scenario(**LIVELY))


def happened(n_residents: int, change: Callable[[World], None] | None = None) -> dict[str, set[tuple[Any, ...]]]:
    """Run the town with so many residents; list who did what, when and where."""
    world = build_world(scenario(**LIVELY, people__n_residents=n_residents), 1, CITY)
    person = np.append(world.state.residents["key"], 0)
    if change is not None:
        change(world)
    ledger = run(world)
    out = {}
    for table, who, what in (("offences", "resident", "type"), ("calls", "caller", "kind")):
        rows = ledger[table]
        time = np.round(rows["t_event" if table == "calls" else "t"], 6)
        columns = (person[rows[who]], time, rows[what], rows["segment"])
        out[table] = set(zip(*(c.tolist() for c in columns), strict=True))
    return out


def share_changed(one: set[Any], other: set[Any]) -> float:
    """Tell which share of events two runs do not have in common."""
    return len(one ^ other) / (len(one) + len(other))


def test_one_more_resident_changes_hardly_anything():
    one, other = happened(N), happened(N + 1)
    assert len(one["offences"]) > 50
    for table in one:
        assert share_changed(one[table], other[table]) < 0.02, table


def key_by_row(world: World) -> None:
    """Break the keys: let people's chance depend on their row."""
    state = world.state
    state.residents["key"] = state.routines["key"] = np.arange(1, len(state.residents) + 1)
    state.offenders["key"] = state.offenders["resident"]


def test_keys_by_row_are_noticed():
    one, other = happened(N, key_by_row), happened(N + 1, key_by_row)
    for table in one:
        assert share_changed(one[table], other[table]) > 0.1, table


def test_the_same_people_are_built_whoever_comes_after_them():
    one, other = (build_world(scenario(people__n_residents=n), 1, CITY).state for n in (N, N + 1))
    for table, same in (
        ("residents", ("key", "home", "age", "male", "renting", "trust", "next_call")),
        ("routines", ("key", "kind", "outgoing")),
        ("offenders", ("key", "rate", "mix", "next_search", "aware_n")),
        ("households", ("key", "segment", "renting", "income")),
    ):
        a, b = (by_key(getattr(state, table)) for state in (one, other))
        b = b[np.isin(b["key"], a["key"])]
        assert len(a) == len(b)
        for column in same:
            assert np.array_equal(a[column], b[column]), (table, column)
    a, b = ({tuple(row) for row in followed(state).tolist()} for state in (one, other))
    assert a <= b


def followed(state: State) -> NDArray[Any]:
    """List the round of everybody, by key: places, and the lengths of the ways."""
    mine = state.rounds[state.routines["round"]]
    return np.column_stack([state.routines["key"], mine["place"], mine["path_len"]])


def by_key(table: NDArray[Any]) -> NDArray[Any]:
    """Order a table by key."""
    return table[np.argsort(table["key"])]


Pairs = set[tuple[int, int]]
Rule = Callable[[NDArray[np.uint64], StreetNetwork, NDArray[np.int32], float, int], NDArray[np.int32]]


def pairs(rule: Rule, key: NDArray[np.uint64], home: NDArray[np.int32]) -> Pairs:
    """Pair offenders by a rule; name each pair by its keys."""
    partner = rule(key, CITY.streets, home, 0.9, 1)
    paired = np.flatnonzero(partner != NONE)
    assert np.array_equal(partner[partner[paired]], paired)
    return {(int(a), int(b)) for a, b in zip(key[paired], key[partner[paired]], strict=True) if a < b}


def parted(rule: Rule) -> tuple[int, list[int]]:
    """Let each offender in turn be the last to come; count all pairs, and those that each arrival parts."""
    state = build_world(scenario(**LIVELY), 1, CITY).state
    key, home = state.offenders["key"], state.residents["home"][state.offenders["resident"]]
    whole = pairs(rule, key, home)
    rows = [np.delete(np.arange(len(key)), row) for row in range(len(key))]
    return len(whole), [len(pairs(rule, key[some], home[some]) - whole) for some in rows]


def pair_by_draw(
    key: NDArray[np.uint64], net: StreetNetwork, home: NDArray[np.int32], share: float, seed: int
) -> NDArray[np.int32]:
    """Break the ties: pair neighbours in a list of all who are willing, sorted by their draw."""
    u, partner = uniforms(seed, Stream.OFFENDER, key, 3), np.full(len(key), NONE, np.int32)
    willing = np.argsort(u)[: int((u < share).sum())]
    first, second = willing[: len(willing) // 2 * 2].reshape(-1, 2).T
    partner[first], partner[second] = second, first
    return partner


def test_one_more_offender_parts_few_pairs():
    n, changed = parted(pair_up)
    assert n > 60
    assert np.mean(changed) < 2.0
    assert max(changed) < 0.15 * n


def test_pairs_out_of_one_sorted_list_are_noticed():
    n, changed = parted(pair_by_draw)
    assert np.mean(changed) > 0.3 * n


QUIET: dict[str, Any] = {
    "offending__share_offending": 0.0,
    "disputes__disputes_per_household": 0.0,
    "demand__other_calls": 0.0,
    "n_days": 2,
}


def walks(change: Callable[[World], None] | None = None, **force: int) -> dict[int, NDArray[Any]]:
    """Run a quiet town; give the segments of each officer over time, by key."""
    world = build_world(scenario(**QUIET, **force), 1, CITY)
    keys = world.state.officers["key"].copy()
    if change is not None:
        change(world)
    seen = [world.state.officers["segment"].copy() for _ in ticks(world, Reactive(), n_days=2)]
    return dict(zip(keys.tolist(), np.array(seen).T, strict=True))


@pytest.mark.parametrize(
    "more", [{"force__n_response": 13}, {"force__n_foot": 5}, {"force__n_community": 5}, {"force__n_auxiliary": 3}]
)
def test_one_more_officer_leaves_the_ways_of_all_others(more):
    one, other = walks(), walks(**more)
    assert len(other) == len(one) + 1
    assert max(len(np.unique(way)) for way in one.values()) > 50
    for key, way in one.items():
        assert np.array_equal(way, other[key]), key


def number_officers(world: World) -> None:
    """Break the keys: let officers' chance depend on their row."""
    world.state.officers["key"] = np.arange(1, len(world.state.officers) + 1)


def test_officers_keyed_by_row_are_noticed():
    one, other = walks(number_officers), walks(number_officers, force__n_response=13)
    assert not all(np.array_equal(way, other[key]) for key, way in one.items())


def test_another_seed_shares_nothing():
    first, second = (play(scenario(**LIVELY), seed=seed, city=CITY)["offences"] for seed in (1, 2))
    assert not set(first["t"].tolist()) & set(second["t"].tolist())
