"""From a tiny calibration to a tiny sweep to the sentence of the report, on the command line."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
from commands import cpsim

from sim.batch.study.carried import KEY

SET = """
[set]
n_days = 4
"city.streets" = "grid"
"city.n_segments" = 60
"people.n_residents" = 300
"force.n_districts" = 2
"force.n_response" = 36
"force.n_foot" = 6
"force.n_community" = 8
"force.n_detective" = 10
"""
PROBLEM = f"""
name = "tiny"
seeds = 2
points = 8
waves = 1
sets = 10
{SET}
[parameters]
"offending.searches_per_year" = {{ low = 10.0, high = 90.0, log = true }}

[[targets]]
measure = "offences_per_1000"
value = 600.0
sd = 300.0
discrepancy_share = 0.1
"""
STUDY = f'name = "over"\nstrategies = ["reactive", "hotspot"]\nseeds = 2\noutcomes = ["offences_per_1000"]\n{SET}'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("parameters")
    (home / "tiny.toml").write_text(PROBLEM)
    (home / "over.toml").write_text(STUDY)
    assert cpsim("calibrate", home / "tiny.toml", "--store", home / "store", "--workers", 1, "--no-plots") == 0
    return home


def sets_of(home):
    return home / "store" / "tiny-calibration" / "tiny.plausible.parquet"


def sweep(home, *words):
    return cpsim("sweep", home / "over.toml", "--store", home / "store", "--workers", 1, *words)


def test_sets_go_from_the_calibration_through_a_sweep_into_the_report(home, capsys):
    sets = pd.read_parquet(sets_of(home))
    assert sets.shape == (10, 1)
    told = json.loads(pq.read_schema(sets_of(home)).metadata[KEY])
    assert {"problem", "model", "targets", "seeds", "weights"} <= told.keys()
    assert told["targets"][0]["discrepancy_share"] == 0.1

    assert sweep(home, "--parameters", sets_of(home)) == 0
    capsys.readouterr()
    runs = pd.concat(pd.read_parquet(file) for file in (home / "store" / "over" / "parts").glob("*.parquet"))
    assert len(runs) == 10 * 2 * 2
    assert runs["point"].nunique() == 10
    assert cpsim("store", "check", home / "store" / "over") == 0

    for lang, sentence in (("en", "of what may be true ("), ("zh", "在可能为真的情形中")):
        page = home / f"report.{lang}.html"
        assert cpsim("report", home / "store" / "over", "--out", page, "--lang", lang) == 0
        content = page.read_text(encoding="utf-8")
        assert sentence in content
        assert "10 parameter sets that the calibration tiny" in content or "校准 tiny" in content


def test_sets_of_another_model_are_carried_with_a_warning(home, capsys):
    file = home / "old.plausible.parquet"
    table = pq.read_table(sets_of(home))
    told = json.loads(table.schema.metadata[KEY]) | {"model": "0.0.1+old", "scenario": "fengqiao_town"}
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(told)}), file)
    assert sweep(home, "--parameters", file, "--slurm-script", 2) == 0
    warned = capsys.readouterr().err
    assert "were found with the model 0.0.1+old" in warned
    assert "were found for fengqiao_town" in warned


def test_a_mistake_is_one_sentence(home, capsys):
    file = home / "wrong.plausible.parquet"
    table = pq.read_table(sets_of(home)).rename_columns(["offending.searches"])
    told = json.loads(pq.read_schema(sets_of(home)).metadata[KEY])
    told["parameters"] = {"offending.searches": next(iter(told["parameters"].values()))}
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(told)}), file)
    assert sweep(home, "--parameters", file) == 2
    assert "offending.searches" in capsys.readouterr().err
    assert sweep(home, "--parameters", home / "over.toml") == 2
    assert "that `cpsim calibrate` wrote" in capsys.readouterr().err


def test_truths_of_the_models_own_making_check_the_calibration(home, capsys):
    file = home / "tiny.toml"
    file.write_text(
        PROBLEM.replace('name = "tiny"', 'name = "truths"\ntruths = 20').replace("n_days = 4", "n_days = 2")
    )
    line = ["calibrate", file, "--store", home / "store", "--workers", 1, "--ranks"]
    assert cpsim(*line) == 0
    assert "20 truths of the model's own making" in capsys.readouterr().out
    out = home / "store" / "truths-calibration"
    first = (out / "ranks.csv").read_bytes()
    parts = {part: part.read_bytes() for part in (home / "store" / "truths-ranks" / "parts").glob("*")}
    assert cpsim(*line, "--lang", "zh") == 0
    assert "个真值" in capsys.readouterr().out
    assert (out / "ranks.csv").read_bytes() == first
    assert parts == {part: part.read_bytes() for part in (home / "store" / "truths-ranks" / "parts").glob("*")}
    assert cpsim("store", "check", home / "store" / "truths-ranks") == 0
