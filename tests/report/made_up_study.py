"""The runs of a study, made up: every measure has a mean, an effect of the strategy, and chance of the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.store.read import StudyRuns
from sim.batch.study.plan import design_points
from sim.batch.study.study import parse_study
from sim.outcomes.measures import MEASURES
from sim.scenarios.scenario import load_scenario

MODEL = "0.0.0+made-up"
EFFECTS = {"reactive": 0.0, "hotspot": -10.0, "posts": -1.0}
"""of a strategy on offences"""


def make_study(*, effects=None, noise=1.0, path=Path("store/made_up"), flip=None, status="complete", **asked):
    """Make a study; `flip` is the number of points, from the first on, at which every effect turns its sign."""
    effects = effects or EFFECTS
    content = {"name": path.name, "strategies": list(effects), "seeds": 6} | asked
    study = parse_study(content, where="test")
    points = design_points(study.design, Path())
    rng = np.random.default_rng(3)
    rows = []
    for seed in study.all_seeds:
        base = rng.normal(100.0, 20.0)
        for point in range(len(points)):
            for scenario in study.scenarios:
                for label, effect in effects.items():
                    sign = -1.0 if flip is not None and point < flip else 1.0
                    rows.append(
                        {"run": f"{len(rows):016x}", "arm": f"{scenario}-{label}-{point}", "scenario": scenario,
                         "strategy": label, "point": point, "seed": seed}
                        | points.iloc[point].to_dict()
                        | {"digest": "0" * 64}
                        | {name: _measure(name, base, sign * effect, noise, rng) for name in MEASURES}
                    )  # fmt: skip
    runs = pd.DataFrame(rows)
    keys = ["arm", "scenario", "strategy", "point", *points.columns]
    manifest = {
        "study": study.name, "study_sha256": "1" * 64, "model": MODEL, "status": status, "n_arms": 1,
        "n_planned": len(runs), "n_done": len(runs), "parts": [],
    }  # fmt: skip
    scenarios = {
        name: {"values": load_scenario(name).model_dump(mode="json"), "streets_sha256": "2" * 64}
        for name in study.scenarios
    }
    inputs = {"model": MODEL, "scenarios": scenarios, "strategies": {}}
    return StudyRuns(path, study, manifest, inputs, runs[keys].drop_duplicates(), runs)


def _measure(name, base, effect, noise, rng):
    chance = rng.normal(0.0, noise)
    if name == "offences_per_1000":
        return base + effect + chance
    if name == "cost_per_1000":
        return 5000.0 - 20.0 * effect + chance
    if name == "stops_per_1000":
        return 5.0 - effect + 0.1 * chance
    return 0.5 + 0.001 * chance
