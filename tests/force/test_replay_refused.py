"""What `cpsim replay-calls` refuses, in one sentence."""

from __future__ import annotations

import pandas as pd
import pytest
from commands import cpsim

from sim.batch.replay.study import AS_IT_WAS, Deployment
from sim.cli.replay import read_try
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import load_scenario

FIRST = Deployment(AS_IT_WAS, load_scenario("new_haven"), make_policy("reactive"))


@pytest.fixture
def record(tmp_path):
    """Write a record of two calls."""
    table = {"number": [0, 1], "time": ["2024-03-04 08:00:00", "2024-03-06 09:00:00"], "segment": [0, 1]}
    table |= {"kind": ["welfare", "noise"], "priority": [1, 2], "service_min": [10.0, None]}
    pd.DataFrame(table).to_csv(tmp_path / "calls.csv", index=False)
    return tmp_path / "calls.csv"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--scale", "10"), "--scale must be left out"),
        (("--seeds", "2"), "--seeds must be 3 at least"),
        (("--warm-up", "3"), "the warm-up must be shorter"),
        (("--try", "own-beat"), "--try must read 'NAME: PART; PART'"),
        (("--try", "a: own-beet"), "did you mean"),
        (("--try", "a: n_days=3"), "--try must leave the calls, days and streets as they are"),
        (("--try", "a: own-beat", "--try", "a: hold-back"), "each named once"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(words, told, record, tmp_path, capsys):
    given = ("replay-calls", "--set", f"demand.recorded_calls={record}", "--out", tmp_path / "out", *words)
    assert cpsim(*given) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error


def test_a_scenario_without_a_record_is_refused(capsys):
    assert cpsim("replay-calls", "new_haven") == 2
    assert "a replay must have the calls of a force" in capsys.readouterr().err


def test_parts_of_a_try_are_put_together_and_the_rest_is_as_it_was():
    other = read_try("more: own-beat; force.n_response=7; policy=hotspot", FIRST)
    assert other.label == "more"
    assert other.scenario.force.n_response == 7
    assert other.scenario.dispatch.own_district_min == 1440.0
    assert other.policy.name == "hotspot"
    undone = {"force.n_response": FIRST.scenario.force.n_response, "dispatch.own_district_min": 0.0}
    assert other.scenario.replace(undone) == FIRST.scenario


def test_a_scenario_of_other_streets_cannot_be_tried():
    with pytest.raises(InputError, match="must have the streets"):
        read_try("elsewhere: scenario=exeter", FIRST)
