"""A finished comparison read back from its folder, for whoever tells it once more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.batch.compare import Comparison
from sim.batch.study.identity import model_version
from sim.disk import text_sha256, write_whole
from sim.errors import InputError
from sim.ledger.provenance import made_with, wall_clock
from sim.outcomes.measures import MEASURES
from sim.scenarios.scenario import parse_scenario
from sim.statistics.pairs import pair_differences

ABOUT, RUNS, GROUPS = "comparison.json", "runs.csv", "groups.csv"


def keep_comparison(comparison: Comparison, out: Path) -> Path:
    """Write what was compared and how beside the tables, so that the folder can be read without asking again."""
    content = {
        "format": 1,
        "scenario": comparison.scenario.model_dump(mode="json"),
        "strategies": list(comparison.strategies),
        "seeds": list(comparison.seeds),
        "from_day": comparison.from_day,
        "same_until": comparison.same_until,
        "without_orders": list(comparison.without_orders),
        "failures": comparison.failures,
        "shown": list(comparison.shown),
        "meant": {label: list(map(float, doses)) for label, doses in comparison.meant.items()},
        "runs_sha256": text_sha256((out / RUNS).read_text(encoding="utf-8")),
        "provenance": {"model": model_version(), "made_with": made_with(), "ended": wall_clock()},
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_whole(out / ABOUT, lambda file: file.write(text.encode()))
    return out / ABOUT


def read_comparison(folder: Path) -> tuple[Comparison, dict[str, Any]]:
    """Read a comparison back, and where it comes from.

    Raises
    ------
    InputError
        If the folder is none of a comparison, is of an older version, or its list of runs was edited.
    """
    if not (folder / ABOUT).is_file():
        older = (folder / RUNS).is_file()
        hint = "; it was made before that file was kept: call `cpsim compare` with the same options, its runs stay"
        raise InputError(
            f"{folder} must be the folder of a finished `cpsim compare`, with {ABOUT} in it{hint if older else ''}"
        )
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        runs_text = (folder / RUNS).read_text(encoding="utf-8")
        if text_sha256(runs_text) != about["runs_sha256"]:
            raise InputError(f"{folder / RUNS} must be as `cpsim compare` wrote it, and was changed since")
        runs = pd.read_csv(folder / RUNS)
        groups = pd.read_csv(folder / GROUPS)
        scenario = parse_scenario(about["scenario"], where=str(folder / ABOUT))
        labels = tuple(about["strategies"])
        comparison = Comparison(
            scenario, labels, tuple(about["seeds"]), about["from_day"], runs,
            pair_differences(runs, baseline=labels[0], measures=list(MEASURES)), about["failures"],
            tuple(about["without_orders"]), tuple(about["shown"]),
            {label: np.array(doses) for label, doses in about["meant"].items()}, groups, about["same_until"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / ABOUT} must be as `cpsim compare` wrote it, got: {error}") from error
    return comparison, about["provenance"]
