"""A part of a city is cut at its true density: the same streets, homes and keys, and a network that hangs together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from sim.city.land_use import KINDS
from sim.city.part import N_CANDIDATES, cut_districts, cut_share, read_districts
from sim.errors import InputError
from sim.scenarios.scenario import Scenario, load_scenario
from sim.world import build_city

HAVEN = build_city(load_scenario("new_haven"))
COQUIMBO = build_city(Scenario().replace({"city.streets": "coquimbo"}))
"""one-way streets, and roads that people cannot walk along"""


def reaches_all(net, forward, backward) -> bool:
    tail = np.concatenate([net.segment_from[forward], net.segment_to[backward]])
    head = np.concatenate([net.segment_to[forward], net.segment_from[backward]])
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(net.n_junctions, net.n_junctions))
    return connected_components(graph, directed=True, connection="strong")[0] == 1


@pytest.mark.parametrize("whole", [HAVEN, COQUIMBO], ids=["new_haven", "coquimbo"])
@pytest.mark.parametrize("what", ["districts", "share"])
def test_a_part_has_the_streets_and_homes_of_its_city_and_everybody_gets_everywhere(whole, what):
    part = cut_districts(whole, (3,)) if what == "districts" else cut_share(whole, 0.15, 10)
    net, row = part.streets, part.part.segment
    assert reaches_all(net, net.walkable, net.walkable)
    assert reaches_all(net, net.drive_forward, net.drive_backward)
    assert (net.segment_key == whole.streets.segment_key[row]).all()
    assert (net.segment_length_m == whole.streets.segment_length_m[row]).all()
    assert (net.midpoint_x == whole.streets.midpoint_x[row]).all()
    for kind in KINDS:
        assert (getattr(part.land_use, kind) == getattr(whole.land_use, kind)[row]).all()
    points = np.diff(net.geometry_start)
    assert (points == np.diff(whole.streets.geometry_start)[row]).all()
    assert net.geometry_x[net.geometry_start[:-1]] == pytest.approx(net.junction_x[net.segment_from])
    homes = part.land_use.dwellings.sum() / whole.land_use.dwellings.sum()
    assert part.part.share == pytest.approx(homes)
    assert homes == pytest.approx(0.1 if what == "districts" else 0.15, rel=0.12)


def test_districts_are_those_of_the_whole_city_numbered_anew():
    beside = {
        (a, b)
        for a in range(10)
        for b in range(a + 1, 10)
        if np.intersect1d(*(ends_of(HAVEN, district) for district in (a, b))).size > 0
    }
    first, second = sorted(beside)[0]
    part = cut_districts(HAVEN, (first, second))
    assert part.part.districts == (first, second)
    assert (np.array([first, second])[part.district] == HAVEN.district[part.part.segment]).all()
    apart = next((a, b) for a in range(10) for b in range(a + 1, 10) if (a, b) not in beside)
    with pytest.raises(InputError, match="must touch each other"):
        cut_districts(HAVEN, apart)


def ends_of(city, district):
    mine = city.district == district
    return np.union1d(city.streets.segment_from[mine], city.streets.segment_to[mine])


def test_a_share_is_the_piece_most_like_the_city_and_has_its_share_of_districts():
    part = cut_share(HAVEN, 0.2, 10)
    assert part.district.max() + 1 == 2
    use = HAVEN.land_use
    for amount in (HAVEN.streets.segment_length_m, use.jobs, use.shops + use.venues):
        assert amount[part.part.segment].sum() / amount.sum() == pytest.approx(0.2, rel=0.25)
    again = cut_share(HAVEN, 0.2, 10)
    assert (again.part.segment == part.part.segment).all()
    assert HAVEN.streets.n_segments > N_CANDIDATES


@pytest.mark.parametrize("text", ["", "10", "a", "1,1", "-1", "1;2", "1.0"])
def test_districts_that_are_none_are_refused(text):
    with pytest.raises(InputError, match=r"city\.districts"):
        read_districts(text, 10)


def test_districts_are_read_in_any_order():
    assert read_districts(" 3, 1 ", 10) == (1, 3)
