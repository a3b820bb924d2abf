"""The name of the model follows what determines its numbers, and not the words that are printed with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sim
from sim.batch.study import identity
from sim.batch.study.identity import arm_id, model_version
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario

EDITS = {
    "a label": ("outcomes/measures.csv", "Offences: burglary", "Burglaries that happened", False),
    "a Chinese label": ("outcomes/measures.csv", "实际发生：入室盗窃", "入室盗窃", False),
    "decimals": ("outcomes/measures.csv", "0 to 1,0–1,,3", "0 to 1,0–1,,2", False),
    "a title": ("scenarios/exeter.toml", "title = ", 'title = "Another" # ', False),
    "a comment": ("scenarios/exeter.toml", "[city]", "# The streets.\n[city]", False),
    "a unit": ("outcomes/measures.csv", "0 to 1,0–1,,3", "%,0–1,,3", True),
    "a good direction": ("outcomes/measures.csv", "0 to 1,0–1,,3", "0 to 1,0–1,less,3", True),
    "the name of a measure": ("outcomes/measures.csv", "gini_corrected", "gini", True),
    "a setting": ("scenarios/exeter.toml", "n_residents = 124_000", "n_residents = 124_001", True),
    "a formula": ("outcomes/summary.py", "100.0 * part / whole", "99.0 * part / whole", True),
}
"""File, what stands there, what is put in its place, and whether numbers may differ after that."""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    here, copy = Path(sim.__file__).parent, tmp_path_factory.mktemp("copy") / "sim"
    for file in identity._sources(here):
        (copy / file.relative_to(here)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy / file.relative_to(here))
    shutil.copy(here / "__init__.py", copy / "__init__.py")
    return copy


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_words_keep_the_name_of_the_model_and_numbers_change_it(edit, package, monkeypatch):
    file, old, new, differs = edit
    monkeypatch.setattr(sim, "__file__", str(package / "__init__.py"))
    before, text = model_version.__wrapped__(), (package / file).read_text(encoding="utf-8")
    assert old in text
    (package / file).write_text(text.replace(old, new), encoding="utf-8")
    after = model_version.__wrapped__()
    (package / file).write_text(text, encoding="utf-8")
    assert (after != before) == differs


def test_the_title_of_a_scenario_is_in_no_name_of_a_run():
    names = {arm_id(Scenario(title=title), make_policy("reactive"), from_day=0) for title in ("", "A town")}
    assert len(names) == 1
