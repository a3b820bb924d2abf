"""One run in one folder: begun, continued or reused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.city.files import read_streets, save_city
from sim.city.land_use import City
from sim.city.streets import StreetNetwork
from sim.engine import simulate
from sim.errors import InputError
from sim.ledger.check import check_files
from sim.ledger.checkpoint import State
from sim.ledger.columns import flat_names, frame_of
from sim.ledger.force import read_force
from sim.ledger.manifest import MANIFEST
from sim.ledger.provenance import describe_run, describe_streets, difference
from sim.ledger.run_folder import RunFolder, read_manifest, read_table
from sim.outcomes.ordered import count_aimed_orders
from sim.outcomes.summary import summarise
from sim.policies.compose import check_switches
from sim.policies.contract.foreign import faults_of
from sim.policies.contract.registry import policy_identity
from sim.policies.protocol import PolicyModel
from sim.scenarios.police import Cost
from sim.scenarios.scenario import Scenario, parse_scenario
from sim.world import build_city, check_seed

CITY_FILE = "city.npz"
"""The streets of a run, kept beside its ledger so that a folder can be mapped on its own."""

Progress = Callable[[int, int], None]
"""Called with the days done and the days of the run."""


@dataclass(frozen=True)
class RunPlan:
    """Name one run: what goes in, and the folder that it comes out in."""

    scenario: Scenario
    policy: PolicyModel
    seed: int
    folder: Path

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_switches(self.policy, self.scenario.start, self.scenario.n_days)


def begin_run(plan: RunPlan, *, progress: Progress | None = None) -> None:
    """Run a plan from its first day; its folder must not hold a run yet.

    Raises
    ------
    InputError
        If the folder is in use, the city cannot be made, a policy from outside the package fails, an order of the
        policy cannot be carried out, or the disk is full.
    """
    city = build_city(plan.scenario)
    folder = RunFolder.create(plan.folder, describe_plan(plan, city))
    _keep_city(folder, city)
    with faults_of(plan.policy):
        simulate(plan.scenario, plan.policy, plan.seed, folder=folder, progress=progress, city=city)


def continue_run(plan: RunPlan, *, progress: Progress | None = None) -> None:
    """Take an interrupted run up at its last checkpoint; a complete one is left as it is.

    Raises
    ------
    InputError
        If the folder holds no run, one of other inputs than those of the plan, or one of which a file is missing,
        damaged or edited: nothing may be built on that.
    """
    city = build_city(plan.scenario)
    manifest = read_manifest(plan.folder)
    other = difference(manifest["inputs"], describe_plan(plan, city)["inputs"])
    if other:
        raise InputError(f"{plan.folder} holds another run: {other}; choose another folder")
    if manifest["status"] == "complete":
        problems = check_files(plan.folder, manifest)
        if problems:
            raise InputError(f"{plan.folder} holds a damaged run: {problems[0]}; remove it, or choose another folder")
        return
    folder, state, shift = RunFolder.open_for_resume(plan.folder)
    _keep_city(folder, city)
    resume: tuple[State, int] | None = (state, shift) if state else None
    with faults_of(plan.policy):
        simulate(plan.scenario, plan.policy, plan.seed, folder=folder, resume=resume, progress=progress, city=city)


def ensure_run(plan: RunPlan, *, progress: Progress | None = None) -> None:
    """Make sure that a run is complete: begin it, continue it, or find it there."""
    if (plan.folder / MANIFEST).exists():
        continue_run(plan, progress=progress)
    else:
        begin_run(plan, progress=progress)


def folder_name(label: str) -> str:
    """Turn what a user wrote into the name of one folder, wherever its slashes and dots would lead."""
    return "".join(letter if letter.isalnum() or letter in "-_.=" else "_" for letter in label).strip("_.")


def read_run(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Read every table of a run folder.

    A folder of an older version lacks the tables and columns that came later: such a table is empty, and a column that
    was not kept is not there, so that what depends on it is not known. Of a column by kinds (the time of
    officers by activity) of which one came later, that kind is not a number: nothing says where it was counted.
    """
    folder = Path(folder)
    kept = read_manifest(folder)["tables"]
    return {name: _read_kept(folder, name, kept) for name in LEDGER}


def _read_kept(folder: Path, name: str, kept: dict[str, Any]) -> pd.DataFrame:
    if name not in kept:
        return frame_of(name, np.zeros(0, row_dtype(LEDGER[name])))
    there = {column["name"] for column in kept[name]["columns"]}
    blocks = [flat_names(declared) for declared in LEDGER[name]]
    if all(there.issuperset(block) for block in blocks):
        return read_table(folder, name)
    table = read_table(folder, name, columns=[column for block in blocks for column in block if column in there])
    later = [column for block in blocks if not there.isdisjoint(block) for column in block if column not in there]
    return table.assign(**dict.fromkeys(later, np.nan))


def read_streets_of(folder: Path) -> StreetNetwork:
    """Read the streets that a run was made on, from its folder; where they are missing, they are built again."""
    file = folder / CITY_FILE
    net = read_streets(file) if file.exists() else build_city(scenario_of(folder)).streets
    if describe_streets(net)["sha256"] != _inputs(folder)["streets"]["sha256"]:
        raise InputError(f"{file} was edited or replaced: these are not the streets that the run was made on")
    return net


def scenario_of(folder: Path) -> Scenario:
    """Read the scenario that a run folder was made from."""
    return parse_scenario(_inputs(folder)["scenario"], where=str(folder / MANIFEST))


def summarise_folder(folder: Path, *, from_day: int = 0) -> pd.Series:
    """Boil a run folder down to its measures; of an unfinished run, up to its last part.

    The prices are those of the run's scenario, and today's defaults where it is older than they are.
    """
    manifest = read_manifest(folder)
    days = read_table(folder, "days", columns=["day"])
    if days.empty:
        raise InputError(f"{folder} holds no finished part yet, so there is nothing to sum up")
    return summarise(
        read_run(folder),
        n_days=int(days["day"].max()) + 1,
        n_segments=manifest["inputs"]["streets"]["n_segments"],
        from_day=from_day,
        prices=Cost(**manifest["inputs"]["scenario"].get("cost", {})),
        force=read_force(folder),
    )


def count_orders_of(folder: Path) -> int:
    """Count the orders with a target that the strategy of a run gave, whoever made the run and when."""
    return count_aimed_orders(read_table(folder, "orders", columns=["n_targets"]))


def _keep_city(folder: RunFolder, city: City) -> None:
    save_city(city, folder.path / CITY_FILE)
    folder.name_file(CITY_FILE)


def _inputs(folder: Path) -> dict[str, Any]:
    inputs: dict[str, Any] = read_manifest(folder)["inputs"]
    return inputs


def describe_plan(plan: RunPlan, city: City) -> dict[str, Any]:
    """Make the part of the manifest of a run that is known before its first tick."""
    return describe_run(plan.scenario, policy_identity(plan.policy), plan.seed, city)
