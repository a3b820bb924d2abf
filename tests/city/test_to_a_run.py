"""What a file says of a city reaches the run: one building is followed from the file to the people who live in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_force import FEW

from sim.city.files import read_all, save_city
from sim.city.land_use import KINDS, City
from sim.city.reading.load import load_source
from sim.cli import main
from sim.ledger.provenance import run_inputs
from sim.scenarios.scenario import Scenario
from sim.world import build_city, build_world

BASE = {"people.n_residents": 400, "force.n_districts": 2} | FEW
N = 6
"""streets each way"""


def place(number: int) -> tuple[float, float]:
    """Give longitude and latitude of a crossing of a grid of about 110 m."""
    return 24.9 + 0.002 * (number % N), 60.2 + 0.001 * (number // N)


def osm(tags: dict[str, str], lon: float, lat: float) -> str:
    """Write a town of a grid with one building of 11 by 11 m."""
    nodes = {number + 1: place(number) for number in range(N * N)}
    corners = [(0.0, 0.0), (0.0002, 0.0), (0.0002, 0.0001), (0.0, 0.0001)]
    nodes |= {100 + k: (lon + x, lat + y) for k, (x, y) in enumerate(corners)}
    rows = [[y * N + x + 1 for x in range(N)] for y in range(N)] + [[y * N + x + 1 for y in range(N)] for x in range(N)]
    ways = [(200 + k, refs, {"highway": "residential"}) for k, refs in enumerate(rows)]
    ways.append((900, [100, 101, 102, 103, 100], tags))
    text = ['<?xml version="1.0"?><osm version="0.6">']
    text += [f'<node id="{k}" version="1" lon="{x:.6f}" lat="{y:.6f}"/>' for k, (x, y) in nodes.items()]
    for k, refs, words in ways:
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in words.items())
        text.append(f'<way id="{k}" version="1">{inside}</way>')
    return "\n".join([*text, "</osm>"])


@pytest.fixture
def house(tmp_path: Path) -> tuple[Path, int]:
    """Write a town with one house beside the middle of a street, and say which segment that is."""
    x, y = place(2 * N + 3)
    path = tmp_path / "town.osm"
    path.write_text(osm({"building": "apartments", "building:flats": "12"}, x + 0.0009, y + 0.00008))
    net = load_source(path).streets
    east, north = np.array([net.midpoint_x, net.midpoint_y])
    return path, int(np.argmin(np.hypot(east - _project(net.crs, x + 0.001, y)[0], north - _project(net.crs, x, y)[1])))


def _project(crs: str, lon: float, lat: float) -> tuple[float, float]:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)


@pytest.mark.parametrize("kept", [True, False], ids=["city file", "straight from the source"])
def test_everybody_lives_in_the_only_house_of_the_file(house: tuple[Path, int], tmp_path: Path, kept: bool) -> None:
    source, segment = house
    if kept:
        assert main(["city", "build", str(source), "-o", str(tmp_path / "town.npz")]) == 0
        source = tmp_path / "town.npz"
    world = build_world(Scenario().replace(BASE | {"city.streets": str(source)}), seed=1)
    assert world.city.from_source == ("dwellings",)
    assert world.city.land_use.dwellings.sum() == world.city.land_use.dwellings[segment] == 12
    assert set(world.state.residents["home"]) == {segment}
    assert world.state.segments["n_residents"][segment] == 400


def test_what_a_source_does_not_know_is_inferred_for_as_many_homes_as_it_counts(house: tuple[Path, int]) -> None:
    loaded = load_source(house[0])
    assert loaded.land_use is not None
    assert all(np.isnan(getattr(loaded.land_use, name)).all() for name in KINDS[1:])
    use = build_city(Scenario().replace(BASE | {"city.streets": str(house[0])})).land_use
    assert 6 <= use.jobs.sum() <= 36  # one and a half per home, each segment rounded by chance
    assert use.inferred


def test_a_source_without_homes_is_no_town_without_homes(tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    path.write_text(osm({"building": "retail", "shop": "supermarket"}, *place(8)))
    city = build_city(Scenario().replace(BASE | {"city.streets": str(path)}))
    assert city.from_source == ("jobs", "shops")
    assert city.land_use.shops.sum() == 1
    assert city.land_use.dwellings.sum() > 100


def test_districts_of_a_file_are_used_where_their_number_fits(house: tuple[Path, int], tmp_path: Path) -> None:
    loaded = load_source(house[0])
    assert loaded.land_use is not None
    own = (np.arange(loaded.streets.n_segments) % 2).astype(np.int32)
    save_city(City(loaded.streets, loaded.land_use, own), tmp_path / "town.npz")
    named = BASE | {"city.streets": str(tmp_path / "town.npz")}
    city = build_city(Scenario().replace(named))
    assert city.has_own_districts
    np.testing.assert_array_equal(city.district, own)
    assert not build_city(Scenario().replace(named | {"force.n_districts": 3})).has_own_districts


def test_another_land_use_on_the_same_streets_is_another_run(house: tuple[Path, int], tmp_path: Path) -> None:
    streets, use, _ = read_all(_kept(house[0], tmp_path / "town.npz"))
    assert use is not None
    scenario = Scenario().replace(BASE | {"city.streets": str(tmp_path / "town.npz")})
    before = run_inputs(scenario, {}, 1, build_city(scenario))
    use.dwellings[0] += 5
    save_city(streets, tmp_path / "town.npz", land_use=use)
    after = run_inputs(scenario, {}, 1, build_city(scenario))
    assert before["streets"] == after["streets"]
    assert before["land_use_sha256"] != after["land_use_sha256"]


def _kept(source: Path, out: Path) -> Path:
    loaded = load_source(source)
    save_city(loaded.streets, out, land_use=loaded.land_use)
    return out
