"""A replay: first the deployment as it was, with a verdict; then others, on the same calls and with the same chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim.agents.population.recorded import read_recorded, select_in_run
from sim.batch.replay.held import hold_against, match_calls
from sim.batch.replay.verdict import DIFFERENCES, MAY, Verdict, judge
from sim.batch.running.many import check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.ledger.run_folder import read_table
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.statistics.pairs import pair_differences

AS_IT_WAS = "as it was"
RULES: dict[str, dict[str, float]] = {
    "nearest": {"dispatch.own_district_min": 0.0, "dispatch.own_cell_min": 0.0, "dispatch.kept_a_district": 0},
    "own-beat": {"dispatch.own_district_min": 1440.0},
    "hold-back": {"dispatch.kept_a_district": 1},
    "strict-priority": {"dispatch.by_priority": 1.0, "dispatch.stack_reserve": 0.0},
    "first-come": {"dispatch.by_priority": 0.0, "dispatch.stack_reserve": 0.0},
}
"""Rules of dispatch by the words for them, and what each sets."""
MEASURES = ("wait_p50", "wait_p90", "urgent_p50", "urgent_p90", "late_pct", "unanswered_pct")
"""Minutes from call to arrival of all calls and of priority 1; calls that waited for half an hour or more; calls that
nobody came to, which count with the longest wait that a call is kept open."""
LATE_MIN = 30.0
LEAST_SEEDS = 3
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Deployment:
    """Say how calls are answered: by whom, by which rules, and what is done in between."""

    label: str
    scenario: Scenario
    policy: PolicyModel


@dataclass(frozen=True)
class Replay:
    """Hold a replay."""

    deployments: tuple[Deployment, ...]
    """the first is the one as it was"""
    seeds: tuple[int, ...]
    from_day: int
    account: Mapping[str, int]
    """rows of the record, of these left out and supposed, by reason"""
    n_calls: int
    """calls that are compared: within the run, after the warm-up, before its last hours"""
    n_drawn_service: int
    """of these: time at the scene drawn by the model, since it was not recorded"""
    n_arrivals: int
    """of these: with a recorded arrival"""
    held: pd.DataFrame
    verdict: Verdict
    runs: pd.DataFrame
    """one row per run: `policy` (the label), `seed`, `digest`, `MEASURES`"""
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    """the table of `pair_differences` for `MEASURES`; empty where nothing else was tried"""
    failures: Mapping[str, str] = field(default_factory=dict)


def replay_calls(  # noqa: PLR0913 - what, with which chance, where to, how
    deployments: Sequence[Deployment],
    seeds: Sequence[int],
    *,
    out: Path,
    workers: int,
    from_day: int,
    account: Mapping[str, int],
    anyway: bool = False,
    progress: Progress | None = None,
) -> Replay:
    """Answer the calls of a record as it was, judge that, and then answer them by the other deployments.

    Called again with the same inputs, finished runs are reused and interrupted ones continue.

    Parameters
    ----------
    deployments
        the first is the one as it was; all have the same record, first day and number of days
    anyway
        try the others even where the replay is not to be used

    Raises
    ------
    InputError
        If there are too few seeds, a deployment is named twice, or all runs of the first one fail.
    """
    first = deployments[0].scenario
    check_request([one.label for one in deployments], seeds, workers=workers, from_day=from_day, n_days=first.n_days)
    if len(seeds) < LEAST_SEEDS:
        raise InputError(f"--seeds must be {LEAST_SEEDS} at least, for intervals of differences, got {len(seeds)}")
    record = select_in_run(read_recorded(first.demand.recorded_calls), first)
    runs, failures, matched = _run(deployments[:1], seeds, record, out, workers, from_day, progress)
    if not len(matched[0]):
        raise InputError(
            f"the record must have calls after the warm-up of {from_day} days and before the last three hours of the "
            f"{first.n_days} days from {first.start}, and has none; try fewer days of --warm-up"
        )
    held, calls = hold_against(matched), matched[0]
    n_days = int((calls["minute"] // DAY_MIN).nunique())
    verdict = judge(held, days=n_days, p_drawn=_share_drawn(calls), p_late=_share_late(calls))
    differences = pd.DataFrame()
    others = deployments[1:]
    if others and (anyway or verdict.word in {MAY, DIFFERENCES}):
        more, failed, _ = _run(others, seeds, record, out, workers, from_day, progress)
        runs, failures = pd.concat([runs, more], ignore_index=True), failures | failed
        differences = pair_differences(runs, baseline=AS_IT_WAS, measures=list(MEASURES))
    return Replay(
        tuple(deployments), tuple(seeds), from_day, dict(account), len(calls),
        int((~(calls["service_min"] > 0.0)).sum()), _n_arrivals(calls), held, verdict, runs, differences, failures,
    )  # fmt: skip


def _run(  # noqa: PLR0913, PLR0917 - the runs, and what is read from them
    deployments: Sequence[Deployment], seeds: Sequence[int], record: pd.DataFrame, out: Path, workers: int,
    from_day: int, progress: Progress | None,
) -> tuple[pd.DataFrame, dict[str, str], list[pd.DataFrame]]:  # fmt: skip
    """Run deployments with all seeds; give a row for each run, what failed, and the calls of each run."""
    plans = {
        (one.label, seed): RunPlan(one.scenario, one.policy, seed, run_folder(out, one.label, seed))
        for one in deployments
        for seed in seeds
    }
    done, failures = run_many(plans, workers=workers, from_day=from_day, progress=progress)
    rows, matched = [], []
    for row in done.to_dict("records"):
        plan = plans[row["policy"], row["seed"]]
        end, longest = plan.scenario.n_days * DAY_MIN, plan.scenario.dispatch.max_wait_h * 60.0
        calls = match_calls(record, read_table(plan.folder, "calls"), from_day=from_day, end_min=end)
        matched.append(calls)
        about = {name: row[name] for name in ("policy", "seed", "folder", "digest")}
        rows.append(about | measure_waits(calls, longest_min=longest))
    return pd.DataFrame(rows), failures, matched


def measure_waits(calls: pd.DataFrame, *, longest_min: float) -> dict[str, float]:
    """Measure how a run answered the calls of a record: `MEASURES`.

    Parameters
    ----------
    longest_min
        what a call counts with that nobody came to
    """
    wait = calls["sim_wait"].to_numpy(np.float64)
    nobody = ~np.isfinite(wait)
    wait = np.where(nobody, longest_min, wait)
    urgent = wait[calls["priority"].to_numpy() == 1]
    named = {
        f"{name}_p{p}": _percentile(own, p) for name, own in (("wait", wait), ("urgent", urgent)) for p in (50, 90)
    }
    return named | {
        "late_pct": 100.0 * float((wait >= LATE_MIN).mean()) if len(wait) else np.nan,
        "unanswered_pct": 100.0 * float(nobody.mean()) if len(wait) else np.nan,
    }


def _percentile(values: np.ndarray, p: int) -> float:
    return float(np.percentile(values, p)) if len(values) else np.nan


def _n_arrivals(calls: pd.DataFrame) -> int:
    return int(calls["wait_min"].notna().sum()) if "wait_min" in calls.columns else 0


def _share_drawn(calls: pd.DataFrame) -> float:
    return float((calls["place_known"] == 0).mean()) if "place_known" in calls.columns else 0.0


def _share_late(calls: pd.DataFrame) -> float:
    """Give the share of arrivals that stand at the moment of the call or of the assignment."""
    if not _n_arrivals(calls):
        return 0.0
    there = calls[calls["wait_min"].notna()]
    at_once = there["wait_min"] <= 0.0
    if "assigned_min" in there.columns:
        at_once |= there["wait_min"] <= there["assigned_min"]
    return float(at_once.mean())
