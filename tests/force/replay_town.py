"""A small town that is made: its calls were answered by a known deployment, exported as dispatch systems do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from force_town import quarters, write_force, write_streets

from sim.batch.running.runs import RunPlan, begin_run, read_run
from sim.force.build import built_scenario
from sim.outcomes.response import select_called
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import load_scenario
from sim.world import build_city

DAYS = 12
START = "2024-03-04"
OFFICERS = 40
PARTS = {
    "beats": {"file": "beats.gpkg"},
    "population": {"total": 3000},
    "staff": {"file": "staff.csv"},
    "places": {"time_zone": "Europe/London"},
}
COLUMNS = {
    "id": "id", "time": "call_time", "segment": "segment", "type": "type", "priority": "priority",
    "assigned": "assigned",
    "arrived": "arrived", "cleared": "cleared",
}  # fmt: skip


def write_town(folder: Path, officers: int = OFFICERS) -> Path:
    """Write streets, beats and staff, without calls."""
    folder.mkdir(parents=True, exist_ok=True)
    write_streets(folder)
    quarters().to_file(folder / "beats.gpkg")
    staff = f"Rank,Assignment,Headcount\nOfficer,Patrol,{officers}\nDetective,Investigations,2\n"
    (folder / "staff.csv").write_text(staff)
    return write_force(folder, **PARTS)


def answer(folder: Path, truth: Path, officers: int) -> pd.DataFrame:
    """Let so many officers answer the calls of the model in the town of a folder; give the ledger of calls."""
    scenario = load_scenario(str(built_scenario(folder, "en")[0])).replace(
        {"force.n_response": officers, "n_days": DAYS, "start": START, "demand.other_calls": 10_000.0}
    )
    begin_run(RunPlan(scenario, make_policy("reactive"), 77, truth))
    calls = select_called(read_run(truth)["calls"])
    keys = build_city(scenario).streets.segment_key
    return calls.assign(segment_key=[keys[i] for i in calls["segment"]])


def export(calls: pd.DataFrame, folder: Path) -> None:
    """Write the calls as a dispatch system hands them out, and name the file in the folder."""

    def stamp(minutes: pd.Series) -> pd.Series:
        return (pd.Timestamp(START) + pd.to_timedelta(minutes, unit="min")).dt.strftime("%Y-%m-%d %H:%M:%S")

    table = pd.DataFrame({
        "id": range(len(calls)), "call_time": stamp(calls["t_call"]), "segment": calls["segment_key"].to_numpy(),
        "type": calls["kind"].astype(str), "priority": calls["priority"], "assigned": stamp(calls["t_sent"]),
        "arrived": stamp(calls["t_arrived"]), "cleared": stamp(calls["t_closed"]),
    })  # fmt: skip
    table.to_csv(folder / "calls.csv", index=False)
    write_force(folder, **PARTS, calls={"file": "calls.csv", "columns": COLUMNS})
