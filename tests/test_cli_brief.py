"""`cpsim brief`, end to end: two pages that are two pages, which say what the comparison says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from commands import cpsim
from docx import Document
from pypdf import PdfReader
from small_force import FEW

from sim.batch.compare import Strategy, compare
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.report.brief.of_comparison import brief_of_comparison, count_residents
from sim.report.brief.page import render_brief
from sim.report.comparison.kept import read_comparison
from sim.report.comparison.text import write_comparison
from sim.report.study.pdf import count_pages
from sim.scenarios.scenario import load_scenario

SMALL = {
    "city.streets": "grid", "city.n_segments": 80, "people.n_residents": 900, "force.n_districts": 2, "n_days": 20,
    "offending.searches_per_year": 60.0, **FEW,
}  # fmt: skip
MANY = ("reactive", "hotspot", "grid", "posts", "mediation", "neighbourhood", "hotspot(share=0.1) + letters")


def make_folder(out, specs, seeds=(1, 2)):
    strategies = [Strategy(spec, make_policy(spec)) for spec in specs]
    write_comparison(compare(load_scenario("new_haven").replace(SMALL), strategies, seeds, out=out, workers=1), out)
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_folder(tmp_path_factory.mktemp("brief") / "six", MANY)


@pytest.fixture(scope="module")
def told(folder):
    comparison, provenance = read_comparison(folder)
    return {lang: brief_of_comparison(comparison, folder, provenance, lang) for lang in ("en", "zh")}


@pytest.fixture(scope="module")
def pages(told):
    return {(lang, annex): render_brief(told[lang], lang, annex=annex) for lang in told for annex in (False, True)}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_pages_are_two_pages_with_six_options(folder, lang, capsys):
    assert cpsim("brief", folder, "--pdf", "--docx", "--lang", lang) == 0
    ending = "" if lang == "en" else ".zh"
    assert len(PdfReader(folder / f"brief{ending}.pdf").pages) == 2
    written = capsys.readouterr().out
    assert all(name + ending in written for name in ("brief", "brief-annex"))


def test_a_page_with_more_than_fits_is_more_pages(told):
    """What the count of pages would show if letters were not made to fit."""
    long = told["en"]
    assert long.place.startswith("grid city of 80 segments, 9")
    lines = tuple(f"{i}: " + "words " * 40 for i in range(60))
    section = long.sections[0].__class__("More", lines)
    broken = long.__class__(**{**long.__dict__, "sections": (section, *long.sections[1:])})
    assert count_pages(render_brief(broken, "en")) > 2


def test_the_table_gives_the_differences_in_units_of_the_place(folder, told):
    comparison, _ = read_comparison(folder)
    residents = count_residents(comparison, folder)
    days = pd.read_parquet(next((folder / "reactive-seed1" / "days").glob("*.parquet")))
    assert residents == pytest.approx(days["n_residents"].mean(), rel=0.2)
    runs = comparison.runs.set_index(["policy", "seed"])["offences_per_1000"].unstack("policy")
    expected = (runs["posts"] - runs["reactive"]).mean() * residents / 1000.0 / 12.0
    heads, (name, cells) = told["en"].heads, told["en"].rows[0]
    assert "month here" in name
    assert float(cells[heads.index("fixed posts with identity checks") - 1].value.replace("−", "-")) == round(expected)


def test_nothing_is_recommended_where_no_parameter_was_varied(pages):
    for lang, word in (("en", "recommend"), ("zh", "推荐")):
        page = re.sub(r"data:[^\"')]*", "", pages[lang, False]).lower()
        assert word not in page.replace("recommends nothing", "").replace("不作推荐", "")
    assert "recommends nothing" in pages["en", False]
    assert "不作推荐" in pages["zh", False]


def test_a_page_asks_nothing_of_the_network(pages):
    for page in pages.values():
        assert not re.search(r"(?:src|href)=\"(?!data:)", page)
        assert not re.search(r"url\((?!data:)|<script|https?://", page)


def test_the_document_says_what_the_page_says(folder, told):
    cpsim("brief", folder, "--docx")
    document = Document(folder / "brief.docx")
    paragraphs = [one.text.strip() for one in document.paragraphs]
    assert told["en"].answer in paragraphs
    assert all(line in paragraphs for section in told["en"].sections for line in section.lines)
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == list(told["en"].heads)
    assert len(table.rows) == 1 + len(told["en"].rows)
    again = folder / "again"
    cpsim("brief", folder, "--docx", "--out", again)
    assert (again / "brief.docx").read_bytes() == (folder / "brief.docx").read_bytes()


def test_one_option_and_one_seed_is_no_answer(tmp_path, capsys):
    out = make_folder(tmp_path / "one", ("reactive", "hotspot"), seeds=(1,))
    assert cpsim("brief", out) == 0
    assert "One run each tells nothing" in capsys.readouterr().out
    assert "one pair of runs gives no range" in (out / "brief.html").read_text(encoding="utf-8")


def test_a_folder_that_is_none_or_was_edited_is_refused(folder, tmp_path, capsys):
    assert cpsim("brief", tmp_path) == 2
    assert "comparison.json" in capsys.readouterr().err
    for name in ("comparison.json", "runs.csv", "groups.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "runs.csv").write_text((tmp_path / "runs.csv").read_text().replace("posts,1", "posts,3"))
    with pytest.raises(InputError, match="changed since"):
        read_comparison(tmp_path)
    (tmp_path / "comparison.json").unlink()
    with pytest.raises(InputError, match="made before that file was kept"):
        read_comparison(Path(tmp_path))


def test_provenance_is_kept_beside_the_tables(folder):
    about = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert about["provenance"]["model"].startswith("0.")
    assert about["seeds"] == [1, 2]
    assert about["strategies"] == list(MANY)
