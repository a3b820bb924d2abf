"""The script of the page for reviewers makes an answer again, and sees one that is not the same."""

from __future__ import annotations

import json
import re
import runpy
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sim.validation.asking import Job, ask
from sim.validation.claim import load_claims
from sim.validation.seen import scenario_for

PAGE = Path(__file__).parents[2] / "docs/review.md"


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    out = tmp_path_factory.mktemp("answers")
    setting = replace(load_claims().runs["whole_city"], residents_per_agent=26.0, n_days=45)
    job = Job(setting, scenario_for(setting), 201, (("places", "recorded"),))
    assert ask([job], out, workers=1)[1] == {}
    return out / job.name


def run_script(answer, tmp_path, monkeypatch):
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "again.py").write_text(script)
    monkeypatch.setattr(sys, "argv", ["again.py", str(answer)])
    runpy.run_path(str(tmp_path / "again.py"), run_name="__main__")


def test_one_seed_is_made_again_from_its_answer_alone(answer, tmp_path, monkeypatch, capsys):
    run_script(answer, tmp_path, monkeypatch)
    said = capsys.readouterr().out
    half = json.loads(answer.read_text())["numbers"]["places.recorded"]["half"]
    assert said.startswith("the same")
    assert f"counted by hand: {half:.2f} %" in said


def test_a_seed_that_was_another_one_is_not_the_same(answer, tmp_path, monkeypatch, capsys):
    other = tmp_path / "other.json"
    other.write_text(answer.read_text().replace('"seed": 201', '"seed": 202'))
    run_script(other, tmp_path, monkeypatch)
    assert capsys.readouterr().out.startswith("not the same")


def test_the_page_gives_the_words_of_the_claim():
    claim = load_claims().claims["half_of_crime"]
    page = PAGE.read_text(encoding="utf-8")
    assert f"places  concentration  half_of_crime: {claim.says}" in page
    assert f"{claim.low:g} to {claim.high:g} %" in page
    assert f'run = "{claim.run}"`, `observe = "{claim.observe}"`, `value = "{claim.value}"' in page
