"""The fuzzer itself: it shrinks what goes wrong, and complains of a report that loses a row."""

from __future__ import annotations

import json

import balances
import pytest
from answers import Answer, ask
from drawn import NUMBERS
from fuzz import Tally, send_drawn
from kinds import set_options

from sim.compile_core import compile_core

ROWS = "x,y\n" + "".join(f"{10 * i},{10 * i}\n" for i in range(20)) + "nan,3\n4,5,6\n"


def test_a_case_that_goes_wrong_is_shrunk_to_its_simplest(tmp_path):
    def case(chance, home):
        (home / "case.toml").write_text(str(number := chance.randrange(1000)), encoding="utf-8")
        chance.draw(NUMBERS)
        yield Answer(("run",), 0, "done", "", (), 0.0), "too large" if number >= 300 else ""

    tally = Tally()
    send_drawn("mine", case, 1, tmp_path / "case", tally)
    assert len(tally.wrong) == 1
    assert "b'300'" in tally.wrong[0]
    assert tally.sent["mine"] == tally.drawn["mine"] <= 20


def test_the_same_seed_draws_the_same_cases(tmp_path):
    def sent_for(number):
        drawn = []

        def case(chance, home):
            drawn.append(chance.randrange(10**6))
            yield Answer(("run",), 0, "done", "", (), 0.0), ""

        send_drawn("mine", case, number, tmp_path / "case", Tally())
        return drawn

    assert sent_for(1) == sent_for(1) != sent_for(2)


@pytest.fixture
def run(tmp_path):
    file = tmp_path / "incidents.csv"
    file.write_text(ROWS, encoding="utf-8")
    compile_core(lambda sentence: None)  # takes longer than a command may
    done = ask(["run", *set_options(), "--set", f"city.incidents='{file}'", "--out", tmp_path / "run"])
    assert done.code == 0, done
    return file, tmp_path / "run"


def test_a_report_that_loses_a_row_is_told(run):
    file, folder = run
    assert not balances.incidents(file, folder)
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    for change in ({"used": -1}, {"rows": 1, "used": 1}):
        wrong = told | {"incidents": {name: n + change.get(name, 0) for name, n in told["incidents"].items()}}
        manifest.write_text(json.dumps(wrong), encoding="utf-8")
        assert balances.incidents(file, folder)


def test_a_changed_file_that_a_check_passes_is_told(run, tmp_path):
    folder = run[1]
    assert not balances.damage_told(folder, folder, 0)
    other = tmp_path / "other"
    other.mkdir()
    assert balances.damage_told(folder, other, 0)
    assert not balances.damage_told(folder, other, 1)
