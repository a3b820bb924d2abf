"""Scripts, studies of the lab book and benchmarks go with the package: none of them names what is no longer there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from sim.batch.calibrate.problem import read_problem
from sim.batch.study.plan import make_plan
from sim.batch.study.study import read_study
from sim.validation.fitting import targets_of_claims

ROOT = Path(__file__).parents[1]
PROGRAMS = [
    file for folder in ("scripts", "benchmarks", "experiments") for file in sorted((ROOT / folder).rglob("*.py"))
]
CALIBRATIONS = sorted((ROOT / "experiments/plausible").glob("*.toml"))
STUDIES = sorted(set((ROOT / "experiments").rglob("*.toml")) - set(CALIBRATIONS))


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_program_can_be_loaded(file, monkeypatch):
    monkeypatch.syspath_prepend(str(file.parent))
    spec = importlib.util.spec_from_file_location(f"_tried_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    assert module.__doc__


@pytest.mark.parametrize("file", STUDIES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_study_of_the_lab_book_can_be_planned_and_says_what_is_expected(file):
    study = read_study(file)
    assert make_plan(study, beside=file.parent).arms
    assert study.question
    assert study.prediction


@pytest.mark.parametrize("file", CALIBRATIONS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_calibration_of_the_lab_book_can_be_read_and_fits_nothing_that_is_to_be_checked(file):
    problem = read_problem(file, targets_of_claims)
    assert problem.claims
    assert len(problem.fitted) == len(problem.claims)


def test_every_study_of_the_lab_book_has_a_page():
    assert {file.parent for file in (*STUDIES, *CALIBRATIONS)} <= {
        page.parent for page in (ROOT / "experiments").rglob("README.md")
    }
