"""A finished comparison read back from its folder, for whoever tells it once more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.batch.compare import Comparison
from sim.outcomes.measures import MEASURES
from sim.report.kept import RUNS, keep_about, read_about
from sim.scenarios.scenario import parse_scenario
from sim.statistics.pairs import pair_differences

ABOUT, GROUPS = "comparison.json", "groups.csv"


def keep_comparison(comparison: Comparison, out: Path) -> Path:
    """Write what was compared and how beside the tables, so that the folder can be read without asking again."""
    content = {
        "scenario": comparison.scenario.model_dump(mode="json"),
        "strategies": list(comparison.strategies),
        "seeds": list(comparison.seeds),
        "from_day": comparison.from_day,
        "same_until": comparison.same_until,
        "without_orders": list(comparison.without_orders),
        "failures": comparison.failures,
        "shown": list(comparison.shown),
        "meant": {label: list(map(float, doses)) for label, doses in comparison.meant.items()},
    }
    return keep_about(content, out / ABOUT)


def read_comparison(folder: Path) -> tuple[Comparison, dict[str, Any]]:
    """Read a comparison back, and where it comes from.

    Raises
    ------
    InputError
        If the folder is none of a comparison, is of an older version, or its list of runs was edited.
    """
    with read_about(folder / ABOUT, command="cpsim compare", mark=RUNS) as about:
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
    return comparison, about["provenance"]
