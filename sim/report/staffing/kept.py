"""A finished staffing study read back from its folder, for whoever tells it once more."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.batch.staffing.likely import judge_forces, read_months
from sim.batch.staffing.queueing import Load
from sim.batch.staffing.roster import Roster, Shifts
from sim.batch.staffing.search import Rule, sum_up
from sim.batch.staffing.study import Answer, Question
from sim.batch.staffing.targets import read_targets
from sim.policies.contract.registry import make_policy
from sim.report.kept import RUNS, keep_about, read_about
from sim.scenarios.scenario import parse_scenario

ABOUT, FORCES = "staffing.json", "staffing.csv"


def keep_staffing(answer: Answer, out: Path) -> Path:
    """Write what was asked and found beside the tables, so that the folder can be read without asking again.

    What follows from the runs alone, such as the range of the answer, is not kept: it is judged anew.
    """
    asked, roster = answer.question, answer.roster
    content = {
        "scenario": asked.scenario.model_dump(mode="json"),
        "strategy": asked.strategy,
        "targets": [target.text for target in asked.targets],
        "asked_roles": list(asked.roles),
        "asked_most": asked.most,
        "rule": asdict(asked.rule),
        "shifts": asdict(asked.shifts),
        "roles": list(answer.roles),
        "own": answer.own,
        "least": answer.least,
        "most": answer.most,
        "from_day": answer.from_day,
        "months": {str(force): int(n) for force, n in sorted(answer.found.months.items())},
        "load": asdict(answer.load) | {"erlang": answer.load.erlang.tolist()},
        "analytic": answer.analytic.to_dict("records"),
        "guess": None if answer.guess is None else int(answer.guess),
        "requirement": answer.requirement.tolist(),
        "n_never": int(answer.n_never),
        "roster": {
            "required": roster.required.tolist(), "on_duty": roster.on_duty.tolist(),
            "lines": [[int(n) for n in line] for line in roster.lines[["start", "first_day", "units"]].to_numpy()],
            "units": int(roster.units), "headcount": int(roster.headcount), "gap": int(roster.gap),
        },
        "busy": answer.busy.tolist(),
        "failures": answer.failures,
    }  # fmt: skip
    return keep_about(content, out / ABOUT)


def read_staffing(folder: Path) -> tuple[Answer, dict[str, Any]]:
    """Read a study back, and where it comes from.

    Raises
    ------
    InputError
        If the folder is none of a staffing study, or its list of runs was edited.
    """
    with read_about(folder / ABOUT, command="cpsim staffing", mark=FORCES) as about:
        return _answer_of(about, pd.read_csv(folder / RUNS), str(folder / ABOUT)), about["provenance"]


def _answer_of(about: dict[str, Any], runs: pd.DataFrame, where: str) -> Answer:
    targets, rule = read_targets(about["targets"]), Rule(**about["rule"])
    shifts = Shifts(**(about["shifts"] | {"starts": tuple(about["shifts"]["starts"])}))
    question = Question(
        parse_scenario(about["scenario"], where=where), about["strategy"], make_policy(about["strategy"]), targets,
        tuple(about["asked_roles"]), about["least"], about["asked_most"], rule, shifts,
    )  # fmt: skip
    months = {int(force): int(n) for force, n in about["months"].items()}
    kept = about["roster"]
    roster = Roster(
        np.array(kept["required"], np.int64), np.array(kept["on_duty"], np.int64),
        pd.DataFrame(kept["lines"], columns=["start", "first_day", "units"]), kept["units"], kept["headcount"],
        kept["gap"],
    )  # fmt: skip
    return Answer(
        question, tuple(about["roles"]), about["own"], about["least"], about["most"], about["from_day"],
        sum_up(judge_forces(read_months(runs, targets)), months, about["least"], rule), runs,
        Load(**(about["load"] | {"erlang": np.array(about["load"]["erlang"], np.float64)})),
        pd.DataFrame(about["analytic"], columns=["force", "target", "value"]), about["guess"],
        np.array(about["requirement"], np.int64), about["n_never"], roster, np.array(about["busy"], np.float64),
        about["failures"],
    )  # fmt: skip
