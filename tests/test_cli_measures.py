"""`cpsim measures` lists what options and studies may name, and `cpsim compare --show` shows what is asked for."""

import pandas as pd
import pytest
from commands import cpsim

from sim.batch.compare import Comparison
from sim.outcomes.measures import BURDEN, MEASURES
from sim.statistics.pairs import pair_differences


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_measure_is_listed_with_its_words_and_some_are_found_by_a_part_of_them(lang, capsys):
    assert cpsim("measures", "--lang", lang) == 0
    told = capsys.readouterr().out
    assert all(one.name in told for one in MEASURES.values())
    assert MEASURES["calls_per_1000"].label(lang) in told
    for part in ("BURGLARY", "入室"):
        assert cpsim("measures", "--like", part, "--lang", lang) == 0
        names = {word for word in capsys.readouterr().out.split() if word in MEASURES}
        assert names == {"offences_burglary_per_1000", "recorded_burglary_per_1000"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("compare --show trust", "got 'trust' (did you mean 'trust_sd'?)"),
        ("compare --show trust_mean,", "--show must name measures, each once"),
        ("compare --show cleared_pct,cleared_pct", "--show must name measures, each once"),
        ("measures --like zzz", "must be a part of the name or the label"),
    ],
)
def test_a_wrong_name_is_refused_before_anything_is_run(line, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cpsim(*line.split()) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def made_up(scenario, strategies, seeds, *, out, **_):
    """Stand in for `compare`: what is shown does not depend on where the numbers come from."""
    out.mkdir(parents=True)
    labels = tuple(one.label for one in strategies)
    rows = [
        {"policy": label, "seed": seed, "folder": "", "digest": "", "seconds": 0.0}
        | dict.fromkeys(MEASURES, 10.0 + seed * (i + 1))
        for i, label in enumerate(labels)
        for seed in seeds
    ]
    runs = pd.DataFrame(rows)
    differences = pair_differences(runs, baseline=labels[0], measures=list(MEASURES))
    return Comparison(scenario, labels, tuple(seeds), 0, runs, differences, {})


def test_a_comparison_shows_the_measures_asked_for_and_the_burden_and_keeps_all(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sim.cli.compare.compare", made_up)
    monkeypatch.setattr("sim.cli.compare.compile_core", lambda tell: None)
    line = ("compare", "--policies", "reactive,hotspot", "--no-plots", "--show", "busy_pct", "--out", tmp_path / "c")
    assert cpsim(*line) == 0
    told, page = capsys.readouterr().out, (tmp_path / "c/compare.md").read_text(encoding="utf-8")
    for name in ("busy_pct", *BURDEN):
        one = MEASURES[name]
        assert f"\n{one.label_en}: " in told
        assert f"| {one.label_en} | {one.unit_en} |" in page
    assert "Security, mean" not in told + page
    assert "security_mean" in (tmp_path / "c/compare.csv").read_text(encoding="utf-8")
