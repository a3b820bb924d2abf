"""`cpsim report`: from the runs of a sweep to the page, its figures and the refusals."""

from __future__ import annotations

import pandas as pd
import pytest
from commands import cpsim

STUDY = """
name = "tiny"
question = "Does it work?"
strategies = ["reactive", "posts"]
seeds = 2
ledgers = 1
[set]
n_days = 4
"city.streets" = "grid"
"city.n_segments" = 60
"people.n_residents" = 600
"force.n_districts" = 2
"force.n_response" = 36
"force.n_foot" = 6
"force.n_community" = 8
"force.n_detective" = 10
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("report")
    (here / "study.toml").write_text(STUDY, encoding="utf-8")
    assert cpsim("sweep", here / "study.toml", "--store", here / "store", "--workers", "1") == 0
    return here / "store" / "tiny"


def test_a_sweep_becomes_a_page(folder, capsys):
    assert cpsim("report", folder, "--lang", "zh") == 0
    out = folder / "report.zh.html"
    assert capsys.readouterr().out.strip() == str(out)
    page = out.read_text(encoding="utf-8")
    assert "读前须知" in page
    assert "流动人口" in page, "where ledgers were kept, who pays stands beside posts"
    assert page.count("data:image/") >= 3
    assert "cpsim report store/tiny --figure map --lang zh" in page
    assert cpsim("store", "check", folder) == 0


def test_one_figure_is_made_again_from_the_store(folder, tmp_path, capsys):
    assert cpsim("report", folder, "--figure", "map", "--out", tmp_path) == 0
    assert {file.suffix for file in tmp_path.iterdir()} == {".png", ".svg", ".csv"}
    table = pd.read_csv(tmp_path / "map.csv")
    assert len(table) == pytest.approx(60, abs=20)
    assert list(table.columns) == ["segment", "reactive", "posts"]
    assert cpsim("report", folder, "--figure", "joy") == 2
    assert "must be one of differences" in capsys.readouterr().err


def test_wrong_input_is_one_sentence(folder, tmp_path, capsys):
    assert cpsim("report", tmp_path) == 2
    assert "no study of a store" in capsys.readouterr().err
    assert cpsim("report", folder, "--out", tmp_path / "a.docx") == 2
    assert ".html" in capsys.readouterr().err
