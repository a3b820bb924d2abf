"""`cpsim calibrate`, with real runs of a tiny town: the numbers are one year of the town itself."""

from __future__ import annotations

import sys

import pandas as pd
import pytest
from commands import cpsim

HEAD = """
name = "tiny"
scenario = "new_haven"
strategy = "reactive"
seeds = 2
points = 10
waves = {waves}
trials = 12

[set]
n_days = 4
"city.streets" = "grid"
"city.n_segments" = 60
"people.n_residents" = 1500
"force.n_districts" = 2
"force.n_response" = 36
"force.n_foot" = 6
"force.n_community" = 8
"force.n_detective" = 10

[parameters]
"offending.searches_per_year" = {{ low = 10.0, high = 90.0, log = true }}
"""
TARGETS = """
[[targets]]
measure = "offences_per_1000"
value = {offences}
sd = 60.0

[[targets]]
measure = "calls_per_1000"
value = {calls}
sd = 200.0
hold_out = true
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("calibrate")


def write(home, *, offences, calls=3000.0, waves=2):
    file = home / "tiny.toml"
    file.write_text(HEAD.format(waves=waves) + TARGETS.format(offences=offences, calls=calls))
    return ["calibrate", file, "--store", home / "store", "--workers", 1]


def test_a_calibration_keeps_what_fits_and_goes_on_from_there(home, capsys):
    assert cpsim(*write(home, offences=600.0)) == 0
    told = capsys.readouterr().out
    assert "of the space is plausible" in told
    assert "Held out: " in told
    out = home / "store" / "tiny-calibration"
    names = ("calibration.md", "calibration.zh.md", "calibration.png", "points.csv", "fit.csv", "parameters.csv")
    for name in names:
        assert (out / name).stat().st_size > 0
    points = pd.read_csv(out / "points.csv")
    assert points["offending.searches_per_year"].between(10.0, 90.0).all()
    fit = pd.read_csv(out / "fit.csv").set_index("measure")
    assert fit["held_out"].to_dict() == {"offences_per_1000": False, "calls_per_1000": True}
    assert fit.loc["offences_per_1000", "low"] <= 600.0 <= fit.loc["offences_per_1000", "high"]

    parts = {file: file.read_bytes() for file in (home / "store").glob("tiny-wave-*/parts/*")}
    before = {name: (out / name).read_bytes() for name in names if name.endswith((".md", ".csv"))}
    assert len(parts) >= 1
    assert cpsim(*write(home, offences=600.0), "--lang", "zh") == 0
    assert "合理的" in capsys.readouterr().out
    assert parts == {file: file.read_bytes() for file in (home / "store").glob("tiny-wave-*/parts/*")}
    assert before == {name: (out / name).read_bytes() for name in before}


def test_a_plausible_set_carries_on_as_a_study(home):
    if not (home / "store" / "tiny-calibration" / "points.csv").exists():  # where this test is begun first
        assert cpsim(*write(home, offences=600.0)) == 0
    study = home / "on.toml"
    lines = (HEAD.format(waves=1).split("[parameters]")[0]).split("[set]")
    study.write_text(
        'name = "on"\nstrategies = ["reactive"]\nseeds = 2\n[set]'
        + lines[1]
        + '\n[design]\nmethod = "table"\nfile = "store/tiny-calibration/points.csv"\n'
    )
    assert cpsim("sweep", study, "--store", home / "store", "--dry-run") == 0


def test_numbers_that_no_parameter_makes_are_answered_honestly(home, capsys):
    assert cpsim(*write(home, offences=90_000.0, waves=1)) == 0
    assert "Nothing fits" in capsys.readouterr().out
    assert not (home / "store" / "tiny-calibration" / "points.csv").exists()


def test_a_quick_search_gives_one_point(home, capsys):
    pytest.importorskip("optuna")
    assert cpsim(*write(home, offences=600.0), "--quick") == 0
    assert "The best of 12 points" in capsys.readouterr().out
    assert len(pd.read_csv(home / "store" / "tiny-calibration" / "quick_point.csv")) == 1


def test_a_mistake_is_answered_with_one_sentence(home, capsys):
    line = write(home, offences=600.0)
    line[1].write_text(line[1].read_text().replace("searches_per_year", "searches"))
    assert cpsim(*line) == 2
    assert "searches" in capsys.readouterr().err


SMALL = "\n[abc]\nparticles = 20\npopulations = 3\nmax_points = 120\n"


def test_draws_of_a_posterior_are_the_same_again_and_carry_on_as_a_study(home, capsys):
    line = write(home, offences=600.0)
    line[1].write_text(line[1].read_text() + SMALL)
    assert cpsim(*line, "--abc", "--workers", 2) == 0
    told = capsys.readouterr().out
    assert "draws that miss the fitted targets by" in told
    assert "Held out: " in told
    out = home / "store" / "tiny-calibration"
    names = [file.name for file in out.glob("abc*.csv")] + ["abc.md", "abc.zh.md"]
    before = {name: (out / name).read_bytes() for name in names}
    parts = {file: file.read_bytes() for file in (home / "store").glob("tiny-abc-*/parts/*")}
    assert len(parts) >= 2
    assert cpsim(*line, "--abc", "--lang", "zh") == 0
    assert "个抽样" in capsys.readouterr().out
    assert parts == {file: file.read_bytes() for file in (home / "store").glob("tiny-abc-*/parts/*")}
    assert before == {name: (out / name).read_bytes() for name in before}

    study = home / "drawn.toml"
    rest = HEAD.format(waves=1).split("[parameters]")[0].split("[set]")[1]
    study.write_text(
        f'name = "drawn"\nstrategies = ["reactive"]\nseeds = 1\n[set]{rest}\n'
        '[design]\nmethod = "table"\nfile = "store/tiny-calibration/abc_points.csv"\n'
    )
    assert cpsim("sweep", study, "--store", home / "store", "--workers", 1) == 0


def test_one_method_at_a_time(home, capsys):
    assert cpsim(*write(home, offences=600.0), "--abc", "--quick") == 2
    assert "not allowed with" in capsys.readouterr().err


def test_a_missing_extra_is_one_sentence(home, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyabc", None)
    assert cpsim(*write(home, offences=600.0), "--abc") == 2
    told = capsys.readouterr().err
    assert "must have pyABC: pip install 'community-policing-sim[abc]'" in told
    assert "Traceback" not in told
