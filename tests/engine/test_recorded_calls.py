"""In a replay the calls are those of the record: all of them, and no others; each takes its time, whoever comes."""

import numpy as np
import pytest
from recorded_town import number, replayed, write_calls
from worlds import play

from sim.agents.population.recorded import number_of
from sim.agents.tables import CALLS
from sim.errors import InputError
from sim.ledger.provenance import run_inputs

KINDS = ("traffic", "noise", "dispute", "welfare", "theft", "assault")


@pytest.fixture
def record(tmp_path):
    """Write 60 calls, one every 40 minutes from midnight on, on all streets; every other one with its time."""
    rows = [(40.0 * i, (7 * i) % 200, KINDS[i % 6], i % 4, 20.0 + i if i % 2 else None) for i in range(60)]
    return write_calls(tmp_path / "calls.csv", rows)


def test_the_calls_of_the_record_come_and_no_others(record):
    calls = play(replayed(record))["calls"]
    called = np.sort(calls[calls["discovered"] == 0], order="t_call")
    assert number(called).tolist() == list(range(60))
    assert number_of(called["cause"]).tolist() == list(range(60))
    assert called["t_call"] == pytest.approx(40.0 * np.arange(60))
    assert called["segment"].tolist() == [(7 * i) % 200 for i in range(60)]
    assert [CALLS[kind] for kind in called["kind"]] == [KINDS[i % 6] for i in range(60)]
    assert set(called["caller"]) == {-1}
    graded = called["priority"][np.arange(60) % 4 > 0]
    assert graded.tolist() == [i % 4 for i in range(60) if i % 4]
    assert (called["priority"] > 0).all()


def test_offences_go_on_but_nobody_calls_about_them(record):
    ledger = play(replayed(record, n_days=6))
    assert len(ledger["offences"]) > 10
    calls = ledger["calls"]
    assert (number_of(calls["cause"][calls["discovered"] == 0]) >= 0).all()
    assert (number_of(calls["cause"][calls["discovered"] == 1]) == -1).all()


def alone(calls):
    """Give minutes from the first arrival to the end of calls that one unit answered, by number."""
    calls = calls[(calls["discovered"] == 0) & (calls["n_units"] == 1)]
    return dict(zip(number(calls).tolist(), (calls["t_closed"] - calls["t_arrived"]).tolist(), strict=True))


@pytest.mark.parametrize("officers", [3, 24])
def test_a_call_takes_the_time_that_was_recorded_and_else_the_same_under_every_deployment(record, officers):
    quiet = {"dispatch__second_traffic": 0.0, "dispatch__units_first": 1, "dispatch__preemption": 0.0}
    times = alone(play(replayed(record, force__n_response=officers, **quiet))["calls"])
    usual = alone(play(replayed(record, **quiet))["calls"])
    both = times.keys() & usual.keys()
    assert len([i for i in both if i % 2]) > 10
    for i in both:
        assert times[i] == pytest.approx(usual[i], abs=1e-3)
        assert i % 2 == 0 or times[i] == pytest.approx(20.0 + i, abs=1e-3)


def test_other_seeds_draw_other_times_where_none_was_recorded(record):
    one, other = (alone(play(replayed(record), seed=seed)["calls"]) for seed in (1, 2))
    drawn = [i for i in one.keys() & other.keys() if i % 2 == 0]
    assert len(drawn) > 5
    assert np.mean([abs(one[i] - other[i]) > 1.0 for i in drawn]) > 0.8


def test_a_record_is_part_of_what_determines_a_run(record, tmp_path):
    there = replayed(record)
    before = run_inputs(there, "reactive", 1)
    write_calls(tmp_path / "calls.csv", [(5.0, 1, "noise", 3, None)])
    assert run_inputs(there, "reactive", 1) != before


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((5.0, 1, "nonsense", 3, None), "line 2: there must be one of burglary"),
        ((5.0, 200, "noise", 3, None), "must name streets of"),
        ((5.0, 1, "noise", 4, None), "a whole number from 0 to 3"),
        ((99_999.0, 1, "noise", 3, None), "and has none"),
    ],
)
def test_a_record_that_cannot_be_replayed_is_refused(tmp_path, row, words):
    path = write_calls(tmp_path / "wrong.csv", [row])
    with pytest.raises(InputError, match=words):
        play(replayed(path))


def test_of_a_part_of_a_city_the_calls_there_are_replayed(tmp_path):
    path = write_calls(tmp_path / "calls.csv", [(30.0 * i, i, "traffic", 2, 15.0) for i in range(90)])
    calls = play(replayed(path).with_part("district 1"))["calls"]
    called = calls[calls["discovered"] == 0]
    assert 0 < len(called) < 90
    assert len(set(called["segment"].tolist())) == len(called)
