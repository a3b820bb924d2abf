"""Recorded incidents weight opportunity where a scenario asks for it, and are refused in one sentence otherwise."""

import numpy as np
import pandas as pd
import pytest

from sim.city.reading.incidents import read_incident_weights
from sim.city.synthetic.statistics import grid_city
from sim.errors import InputError
from sim.scenarios.scenario import Scenario
from sim.world import build_city

NET = grid_city(n_segments=80, seed=3)


def write_points(path, x, y, names=("x", "y")):
    pd.DataFrame({names[0]: x, names[1]: y}).to_csv(path, index=False)
    return str(path)


def test_streets_with_incidents_weigh_more_and_the_mean_is_one(tmp_path):
    hot = 17
    path = write_points(tmp_path / "p.csv", np.repeat(NET.midpoint_x[hot], 30), np.repeat(NET.midpoint_y[hot], 30))
    weight = read_incident_weights(path, NET)
    assert weight.argmax() == hot
    assert weight.mean() == pytest.approx(1.0)
    assert (weight > 0).all()


def test_a_scenario_uses_them_only_when_it_names_a_file(tmp_path):
    base = {"city.streets": "grid", "city.n_segments": 80, "people.n_residents": 500, "force.n_districts": 2}
    plain = Scenario().replace(base)
    assert build_city(plain).opportunity_weight is None
    net = build_city(plain).streets
    path = write_points(tmp_path / "p.csv", np.repeat(net.midpoint_x[5], 40), np.repeat(net.midpoint_y[5], 40))
    weight = build_city(plain.replace({"city.incidents": path})).opportunity_weight
    assert weight is not None
    assert weight.argmax() == 5


@pytest.mark.parametrize(
    ("content", "wanted"),
    [("a,b\n1,2\n", "columns lon and lat"), ("x,y\n1e9,1e9\n", "within 100 m"), ("lon,lat\n1,2\n", "give x and y")],
)
def test_a_file_that_cannot_serve_is_refused(tmp_path, content, wanted):
    path = tmp_path / "p.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=wanted):
        read_incident_weights(str(path), NET)


def test_a_missing_file_is_refused():
    with pytest.raises(InputError, match="no file"):
        read_incident_weights("nowhere.csv", NET)
