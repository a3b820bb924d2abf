"""`cpsim brief` of a staffing study: the study is read back whole, and two pages say what it says."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from commands import cpsim
from docx import Document
from pypdf import PdfReader

from sim.batch.staffing.roster import Shifts
from sim.batch.staffing.search import Rule
from sim.batch.staffing.study import Question, study_staffing
from sim.batch.staffing.targets import read_targets
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.report.brief.kinds import brief_of
from sim.report.brief.of_staffing import changes_from_today, table_forces
from sim.report.brief.page import render_brief
from sim.report.brief.staffing_words import judge_target, spoken_target, staffing_sentence, told_force
from sim.report.staffing.kept import read_staffing
from sim.report.staffing.text import describe_staffing, write_staffing
from sim.scenarios.scenario import load_scenario

TINY = {
    "city.streets": "grid", "city.n_segments": 60, "people.n_residents": 3000, "force.n_districts": 2, "n_days": 4,
    "demand.other_calls": 2500.0, "people.residents_per_agent": 1.0, "force.n_response": 12,
}  # fmt: skip
TARGETS = ("answered_all_within_20_pct>=90", "busy_pct<=50", "satisfied_pct>=20")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    out = tmp_path_factory.mktemp("brief") / "staffing"
    question = Question(
        load_scenario("new_haven").replace(TINY), "hotspot", make_policy("hotspot"), read_targets(TARGETS),
        roles=("response",), least=2, most=24, rule=Rule(0.95, 2, 4, 14), shifts=Shifts(),
    )  # fmt: skip
    answer = study_staffing(question, [1, 2], out=out, workers=1)
    write_staffing(answer, out)
    return answer, out


def test_a_study_is_read_back_whole(study):
    answer, out = study
    again, provenance = read_staffing(out)
    for lang in ("en", "zh"):
        assert describe_staffing(again, lang=lang) == describe_staffing(answer, lang=lang)
    assert again.steps().equals(answer.steps())
    assert provenance["model"].startswith("0.")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_pages_are_two_pages_and_the_document_says_the_same(study, lang, capsys):
    answer, out = study
    assert cpsim("brief", out, "--pdf", "--docx", "--lang", lang) == 0
    ending = "" if lang == "en" else ".zh"
    assert len(PdfReader(out / f"brief{ending}.pdf").pages) == 2
    assert staffing_sentence(answer, lang) in capsys.readouterr().out
    document = Document(out / f"brief{ending}.docx")
    paragraphs = [one.text.strip() for one in document.paragraphs]
    told = brief_of(out, lang)
    assert told.answer in paragraphs
    assert all(line in paragraphs for section in told.sections for line in section.lines)
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == list(told.heads)
    assert [row.cells[0].text for row in table.rows[1:]] == [name for name, _ in told.rows]


def test_the_table_holds_the_months_as_they_were_run(study):
    answer, out = study
    told = brief_of(out, "en")
    assert [name.removesuffix(" (today)") for name, _ in told.rows] == [str(force) for force in table_forces(answer)]
    assert f"{answer.own} (today)" in [name for name, _ in told.rows]
    for name, cells in told.rows:
        own = answer.runs[answer.runs["force"] == int(name.removesuffix(" (today)"))]
        calls = own["calls_of_answered_all_within_20_pct"]
        pooled = (own["answered_all_within_20_pct"] * calls).sum() / calls.sum()
        assert float(cells[2].value.split("\u00a0")[0].split(" ")[0].removesuffix("%")) == pytest.approx(
            pooled, abs=0.06
        )


def test_what_another_number_changes_is_of_the_same_months_in_units_of_the_place(study):
    answer, _ = study
    changes, told = changes_from_today(answer, 3000.0), told_force(answer)
    if told == answer.own:
        assert changes == {}
        return
    runs = answer.runs.set_index(["force", "seed"])["cost_per_1000"].unstack("force")
    expected = (runs[told] - runs[answer.own]).mean() * 3.0 / (365.0 / 7.0)
    assert changes["cost"].difference == pytest.approx(expected)


def test_targets_are_said_as_people_say_them():
    said = [spoken_target(one, "en") for one in read_targets([*TARGETS, "answered_1_within_10_pct>=90"])]
    assert said[0] == "At least 90 of 100 calls with police there within 20 minutes"
    assert said[3] == "At least 90 of 100 urgent calls with police there within 10 minutes"
    assert all("_" not in spoken_target(one, lang) for one in read_targets(TARGETS) for lang in ("en", "zh"))


def test_an_interval_that_holds_the_bound_is_open():
    least, most = read_targets(["satisfied_pct>=80", "busy_pct<=50"])
    assert [judge_target(least, *ends) for ends in ((81, 84), (70, 79), (79, 81), (np.nan, np.nan))] == [
        "met", "missed", "open", "few",
    ]  # fmt: skip
    assert [judge_target(most, *ends) for ends in ((40, 49), (51, 60), (49, 51))] == ["met", "missed", "open"]


def test_nothing_is_recommended_and_no_option_of_the_command_line_is_named(study):
    _, out = study
    for lang, words in (("en", ("recommend", "recommends nothing")), ("zh", ("推荐", "不作推荐"))):
        page = re.sub(r"data:[^\"')]*", "", render_brief(brief_of(out, lang), lang))
        assert words[1] in page
        assert words[0] not in page.replace(words[1], "").lower()
        assert not re.search(r"--[a-z]{3}", page.partition("<body>")[2])
        assert "{" not in page.partition("<body>")[2]


def test_a_folder_that_was_edited_or_holds_two_studies_is_refused(study, tmp_path, capsys):
    _, out = study
    for name in ("staffing.json", "runs.csv"):
        (tmp_path / name).write_bytes((out / name).read_bytes())
    runs = pd.read_csv(tmp_path / "runs.csv")
    runs.assign(busy_pct=0.0).to_csv(tmp_path / "runs.csv", index=False)
    assert cpsim("brief", tmp_path) == 2
    assert "changed since" in capsys.readouterr().err
    about = json.loads((out / "staffing.json").read_text(encoding="utf-8"))
    (tmp_path / "runs.csv").write_bytes((out / "runs.csv").read_bytes())
    (tmp_path / "staffing.json").write_text(json.dumps({**about, "targets": ["nonsense"]}), encoding="utf-8")
    assert cpsim("brief", tmp_path) == 2
    assert "nonsense" in capsys.readouterr().err
    (tmp_path / "staffing.json").unlink()
    (tmp_path / "staffing.csv").write_bytes((out / "staffing.csv").read_bytes())
    assert cpsim("brief", tmp_path) == 2
    assert "call `cpsim staffing` with the same options" in capsys.readouterr().err
    (tmp_path / "staffing.json").write_text("{}", encoding="utf-8")
    (tmp_path / "comparison.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="one study"):
        brief_of(tmp_path, "en")
