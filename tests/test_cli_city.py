"""What came of a user's own city and incidents is said before a run, in its manifest, and under the user's own name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from commands import cpsim
from small_force import FEW

from sim.city.files import save_city
from sim.city.land_use import infer_land_use
from sim.city.reading.load import embedded_city
from sim.city.synthetic.statistics import grid_city
from sim.ledger.run_folder import read_manifest
from sim.scenarios.scenario import load_scenario

FORCE = [word for key, value in FEW.items() for word in ("--set", f"{key}={value}")]
SMALL = ("--days", "3", "--set", "people.n_residents=300", "--set", "force.n_districts=2", *FORCE)


@pytest.fixture
def town(tmp_path, monkeypatch):
    """Save a town of the user's own whose homes are counted, and incidents on it of which some are lost."""
    monkeypatch.chdir(tmp_path)
    net = grid_city(n_segments=60, seed=1)
    use = infer_land_use(net, n_dwellings=40, seed=1)
    use.jobs[:] = np.nan
    named = type(net)(**{name: getattr(net, name) for name in net.__dataclass_fields__} | {"name": "São Paulo"})
    save_city(named, "town.npz", land_use=use)
    x = [*np.repeat(net.midpoint_x[5], 30), 0, 1e9, None]
    y = [*np.repeat(net.midpoint_y[5], 30), -9e5, 1e9, 4]
    pd.DataFrame({"x": x, "y": y}).to_csv("points.csv", index=False)
    return tmp_path


def test_what_came_of_the_files_of_a_user_is_said_and_kept(town, capsys):
    options = ("--set", "city.streets=town.npz", "--set", "city.incidents=points.csv")
    assert cpsim("run", *SMALL, *options) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "São Paulo: 40 homes, " in told
    assert "It has no jobs, so these are inferred" in told
    assert "in 40 homes are 7.5 per home, while people.mean_household is" in told
    assert "30 of 33 recorded incidents are used; left out: 1 without two numbers, 2 off the streets." in told
    assert "30 of the incidents used lie at one place" in told
    manifest = read_manifest("runs/São_Paulo-reactive-seed1")
    assert manifest["inputs"]["scenario"]["name"] == manifest["inputs"]["streets"]["name"] == "São Paulo"
    assert manifest["inputs"]["scenario"]["title"] == ""
    assert manifest["incidents"]["rows"] == 33
    assert manifest["incidents"]["used"] == 30
    assert manifest["land_use"]["from_source"] == ["dwellings", "venues", "shops", "stations"]
    assert manifest["land_use"]["dwellings"] == 40


def test_a_comparison_says_it_in_the_language_of_its_table(town, capsys):
    options = (
        "--set",
        "city.streets=town.npz",
        "--seeds",
        "1,2",
        "--policies",
        "reactive",
        "--no-plots",
        "--workers",
        "1",
    )
    assert cpsim("compare", *SMALL, *options, "--lang", "zh") == 0
    told = capsys.readouterr()
    assert "São Paulo：随街道数据提供并使用 40 住房" in "".join(told.err.split("\n"))
    assert "new_haven" not in told.out + told.err


def test_a_city_of_the_package_has_nothing_to_tell(capsys, monkeypatch):
    monkeypatch.setattr("sim.cli.cities.build_city", lambda scenario: 1 // 0)
    from sim.cli.cities import tell_of_city

    tell_of_city(load_scenario("new_haven"))
    tell_of_city(load_scenario("zhengzhou"))
    assert capsys.readouterr().err == ""


def test_a_scenario_on_other_streets_is_named_after_them(town):
    haven, zhengzhou = load_scenario("new_haven"), load_scenario("zhengzhou")
    for streets, name in {
        "town.npz": "São Paulo",
        "coquimbo": "coquimbo",
        "maps/são paulo.osm.pbf": "são paulo",
        "Kokkola, Finland": "Kokkola",
    }.items():
        for scenario in (haven, zhengzhou):
            changed = scenario.replace({"city.streets": streets})
            assert (changed.name, changed.title) == (name, "")
    assert haven.replace({"city.streets": "new_haven"}).title == haven.title
    assert haven.replace({"city.streets": "coquimbo", "name": "mine"}).name == "mine"
    assert zhengzhou.replace({"city.streets": "grid"}).name == "zhengzhou"  # it stands for Zhengzhou as well


def test_a_file_is_named_after_itself_and_not_after_what_it_is_like(tmp_path):
    (tmp_path / "sao_paulo.toml").write_text('like = "new_haven"\n[people]\nn_residents = 500\n')
    mine = load_scenario(str(tmp_path / "sao_paulo.toml"))
    assert (mine.name, mine.title, mine.demand.other_calls) == ("sao_paulo", "", 1450.0)


def test_land_use_of_a_saved_city_is_kept_when_it_is_built_again(town, capsys):
    assert cpsim("city", "build", "town.npz", "-o", "again.npz") == 0
    assert (town / "again.npz").read_bytes() == (town / "town.npz").read_bytes()
    told = capsys.readouterr().out
    assert "The streets lie nowhere on Earth" in told
    assert "it has no jobs, so these are inferred in each run" in told
    assert embedded_city("new_haven").name == "New Haven"
