"""`cpsim sensitivity` and `cpsim robustness`, from the file of a study to the pictures."""

from __future__ import annotations

import pandas as pd
import pytest
from commands import cpsim

STUDY = """
name = "{name}"
scenarios = ["new_haven"]
strategies = ["reactive", "hotspot"]
seeds = 2

[set]
n_days = 3
"city.streets" = "grid"
"city.n_segments" = 60
"people.n_residents" = 1500
"force.n_districts" = 2
"force.n_response" = 36
"force.n_foot" = 6
"force.n_community" = 8
"force.n_detective" = 10

[design]
method = "{method}"
points = {points}

[design.parameters]
"offending.searches_per_year" = {{ low = 20.0, high = 80.0, log = true }}
"policy.share" = {{ low = 0.02, high = 0.1 }}
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    for method, points in (("morris", 4), ("lhs", 20)):
        (folder / f"{method}.toml").write_text(STUDY.format(name=method, method=method, points=points))
        assert cpsim("sweep", folder / f"{method}.toml", "--store", folder / "store", "--workers", 1) == 0
    return folder / "store"


def test_a_study_is_swept_and_analysed(swept, capsys):
    line = ["sensitivity", swept / "morris", "--outcome", "offences_per_1000"]
    assert cpsim(*line) == 0
    told = capsys.readouterr().out
    assert "offending.searches_per_year" in told
    assert "12 points, 2 seeds" in told
    out = swept / "morris" / "analysis" / "morris-offences_per_1000-under-reactive"
    for name in ("sensitivity.csv", "sensitivity.md", "sensitivity.zh.md", "sensitivity.png", "sensitivity.svg"):
        assert (out / name).stat().st_size > 0
    table = pd.read_csv(out / "sensitivity.csv").set_index(["parameter", "index"])
    # `reactive` has no share of hot spots: what it does to it is exactly nothing, and more searches are more offences.
    assert table.loc[("policy.share", "mu_star"), "value"] == 0.0
    assert table.loc[("offending.searches_per_year", "mu"), "value"] > 0.0
    assert cpsim(*line, "--of", "hotspot", "--lang", "zh") == 0
    assert "“热点巡逻”减“被动接警”" in capsys.readouterr().out


def test_pawn_takes_a_design_that_fills_the_space(swept, capsys):
    assert cpsim("sensitivity", swept / "lhs", "--outcome", "offences_per_1000", "--no-plots") == 0
    assert "PAWN" in capsys.readouterr().out


def test_a_study_says_in_how_much_of_its_space_a_strategy_is_better(swept, capsys):
    line = ["robustness", swept / "lhs", "--outcome", "offences_per_1000", "--of", "hotspot"]
    assert cpsim(*line) == 0
    assert "hotspot is better than reactive in" in capsys.readouterr().out
    out = swept / "lhs" / "analysis" / "robustness-offences_per_1000-hotspot-against-reactive"
    points = pd.read_csv(out / "robustness.csv")
    assert len(points) == 20
    runs = pd.concat(pd.read_parquet(file) for file in (swept / "lhs" / "parts").glob("*.parquet"))
    means = runs[runs["point"] == 7].groupby("strategy")["offences_per_1000"].mean()
    own = points.set_index("point")["difference"]
    assert own[7] == pytest.approx(means["hotspot"] - means["reactive"])
    for name in ("robustness.md", "robustness.zh.md", "robustness.png", "robustness.svg"):
        assert (out / name).stat().st_size > 0
    assert cpsim(*line, "--lang", "zh") == 0
    assert "“热点巡逻”优于“被动接警”" in capsys.readouterr().out


WRONG = {
    "robustness {store}/morris --outcome trust_mean --of hotspot": "fill the space evenly",
    "robustness {store}/lhs --outcome calls_per_1000 --of hotspot": "--better must say",
    "robustness {store}/lhs --outcome trust_mean --of reactive": "twice",
    "sensitivity {store}/lhs --outcome offences": "must be a measure",
    "sensitivity {store}/lhs --outcome trust_mean --method sobol": "must have a design of its own",
    "sensitivity {store}/morris --outcome trust_mean --method pawn": "must have a design of its own",
    "sensitivity {store}/lhs --outcome trust_mean --of grid": "must be one of reactive, hotspot",
    "sensitivity {store}/lhs --outcome trust_mean --of reactive": "twice",
    "sensitivity {store}/lhs --outcome trust_mean --scenario exeter": "--scenario must be one of",
    "sensitivity {store}/nowhere --outcome trust_mean": "is no study",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_mistake_is_answered_with_one_sentence(line, swept, capsys):
    assert cpsim(*line.format(store=swept).split()) == 2
    told = capsys.readouterr().err
    assert WRONG[line] in told
    assert told.strip().count("\n") == 0


def test_a_table_of_points_that_was_mixed_up_is_refused(swept, capsys):
    file = swept / "morris" / "arms.parquet"
    before = file.read_bytes()
    arms = pd.read_parquet(file)
    names = ["offending.searches_per_year", "policy.share"]
    arms[names] = arms[names[::-1]].to_numpy()
    try:
        arms.to_parquet(file, index=False)
        assert cpsim("sensitivity", swept / "morris", "--outcome", "trust_mean") == 2
        assert "arms.parquet is missing, damaged or edited" in capsys.readouterr().err
    finally:
        file.write_bytes(before)
