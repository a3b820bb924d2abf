"""The page on adding a claim is true: its table is read, its function measures, and the card has a verdict on it."""

from __future__ import annotations

import re
import types
from pathlib import Path

import pandas as pd
import pytest

from sim.validation.asking import Answer
from sim.validation.card import by_fact, judge
from sim.validation.claim import HERE, RUNS_FILE, load_claims

PAGE = (Path(__file__).parents[2] / "docs" / "add-a-claim.md").read_text(encoding="utf-8")


def block(language):
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return text


def test_the_page_works_as_written(tmp_path):
    (tmp_path / RUNS_FILE).write_text((HERE / RUNS_FILE).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "ages.toml").write_text(block("toml"), encoding="utf-8")
    claims = load_claims(tmp_path)
    module = types.ModuleType("ages")
    exec(compile(block("python"), "ages.py", "exec"), vars(module))
    people = pd.DataFrame({"age": [16, 20, 30, 50, 70]})
    offences = pd.DataFrame({"resident": [0, 0, 1, 2, 3, -1]})
    numbers = module.offending_by_age(types.SimpleNamespace(tables={"people": people, "offences": offences}))
    assert numbers == {"young": 1.5, "old": 0.5}
    answers = [
        Answer("whole_city", s, {"ages.offending_by_age": {"young": 1.5 + 0.01 * s, "old": 0.5}}) for s in range(3)
    ]
    (fact,) = by_fact(judge(claims, answers))
    assert fact.restates
    assert fact.claims[0].estimate.value == pytest.approx(3.02)
    assert fact.claims[0].verdict == "misses"
