"""A search of deployments: learn from today's, screen many with few runs, check the best, judge a few afresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.deployment.front import choose_points, find_front, in_boxes
from sim.batch.deployment.goals import DEFAULT_GOALS, GOALS
from sim.batch.deployment.guesses import Work, guess_all, measure_work
from sim.batch.deployment.judge import COLUMNS, TODAY, judge_points, known_goals, mean_differences, steps_of
from sim.batch.deployment.measure import MEASURED, Yardstick, make_yardstick
from sim.batch.deployment.propose import SAMPLERS, Proposer, load_optuna
from sim.batch.deployment.runs import Progress, Runs
from sim.batch.deployment.slots import Floats, Ints, Slots, share_out
from sim.batch.deployment.today import Limits, Today, lay_out, read_today, table_of, unchanged, with_deployment
from sim.batch.running.crew import Crew
from sim.batch.running.many import check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.city.land_use import City
from sim.errors import InputError
from sim.ledger.run_folder import read_table
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import build_city

Simulate = Callable[[str, Mapping[str, Scenario], Sequence[int]], pd.DataFrame]
"""Called with a stage, scenarios by name and seeds: gives one row per scenario and seed."""
BATCH = 6
"""Proposals at a time, whatever the workers: what is proposed next must not depend on the machine."""
LEAST_SCREEN_DAYS = 7
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Effort:
    """Say how much is spent on a search."""

    trials: int = 24
    """deployments that are screened, the first guesses included"""
    points: int = 4
    """deployments that are judged in the end"""
    screen_seeds: int = 3
    check_seeds: int = 4
    sampler: str = "tpe"

    def __post_init__(self) -> None:
        if not 1 <= self.points <= len(LETTERS):
            raise InputError(f"--points must lie between 1 and {len(LETTERS)}, got {self.points}")
        if self.trials < self.points:
            raise InputError(f"--trials must be at least the {self.points} of --points, got {self.trials}")
        if min(self.screen_seeds, self.check_seeds) < 2:
            raise InputError("--screen-seeds must be 2 or more, for runs differ by chance")
        if self.sampler not in SAMPLERS:
            raise InputError(f"--sampler must be one of {', '.join(SAMPLERS)}, got {self.sampler!r}")

    @property
    def n_checked(self) -> int:
        """Count the deployments that are checked after the screen."""
        return min(2 * self.points + 1, self.trials)


@dataclass(frozen=True)
class Question:
    """Say what is asked: of which town, under which strategy, within which limits, for what."""

    scenario: Scenario
    strategy: str
    policy: PolicyModel
    limits: Limits = field(default_factory=Limits)
    goals: tuple[str, ...] = DEFAULT_GOALS
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True)
class Seeds:
    """Hold the seeds of each stage; none is in two of them, so that nothing is judged by the chance that chose it."""

    learn: tuple[int, ...]
    screen: tuple[int, ...]
    check: tuple[int, ...]
    fresh: tuple[int, ...]


def deal_seeds(fresh: Sequence[int], effort: Effort) -> Seeds:
    """Take the seeds of the earlier stages from beyond those that judge."""
    first = max(fresh) + 1
    n_screen, n_check = effort.screen_seeds, effort.check_seeds
    learn = tuple(range(first, first + n_screen))
    screen = tuple(range(first + n_screen, first + 2 * n_screen))
    check = tuple(range(first + 2 * n_screen, first + 2 * n_screen + n_check))
    return Seeds(learn, screen, check, tuple(fresh))


@dataclass(frozen=True)
class Candidate:
    """Hold a deployment that was tried."""

    name: str
    source: str
    """the first guess that it is, or 'search'"""
    counts: Ints


@dataclass(frozen=True)
class Answer:
    """Hold the results of a search."""

    question: Question
    city: City
    today: Today
    slots: Slots
    today_table: Floats
    """today's officers laid on the places of the roster"""
    work: Work
    yardstick: Yardstick
    seeds: Seeds
    goals: tuple[str, ...]
    """those that are known here"""
    candidates: dict[str, Candidate]
    screened: pd.DataFrame
    """one row per deployment: `name`, and the mean difference of each goal from today's, less being better"""
    checked: pd.DataFrame
    """the same after the check"""
    points: dict[str, Candidate]
    """the deployments that were judged, by letter"""
    judged: pd.DataFrame
    """the table of `judge_points` on fresh seeds"""
    still_front: dict[str, bool]
    """whether a point is still on the front by its fresh runs, today's roster among its rivals"""
    runs: pd.DataFrame
    scenarios: dict[str, Scenario]
    """the scenario of each point, by letter"""
    from_day: int

    def is_told(self, point: str) -> bool:
        """Tell whether a point differs from today's in any goal, beyond chance."""
        own = self.judged[(self.judged["point"] == point) & self.judged["measure"].isin(self.goals)]
        return bool(own["verdict"].isin(["better", "worse"]).any())

    def is_better(self, point: str) -> bool:
        """Tell whether a point is better in a goal beyond chance, and in none worse."""
        own = self.judged[(self.judged["point"] == point) & self.judged["measure"].isin(self.goals)]
        verdicts = set(own["verdict"])
        return "better" in verdicts and "worse" not in verdicts


def search_deployments(  # noqa: PLR0913 - what, with which chance, where to, how
    question: Question,
    seeds: Sequence[int],
    *,
    out: Path,
    workers: int,
    from_day: int = 0,
    progress: Progress | None = None,
) -> Answer:
    """Search who should be on when and where.

    Every run is kept below `out` as it ends; called again with the same inputs, finished runs are found there.

    Parameters
    ----------
    seeds
        with these alone the chosen points are judged; those of the earlier stages lie beyond them
    out, workers, from_day, progress
        as in `sim.batch.staffing.study`

    Raises
    ------
    InputError
        If Optuna is missing, there is nobody to deploy, or the limits leave no deployment.
    """
    scenario, effort = question.scenario, question.effort
    check_request(["deployment"], seeds, workers=workers, from_day=from_day, n_days=scenario.n_days)
    if len(seeds) < 3:
        raise InputError(f"--seeds must be 3 at least, for intervals of differences, got {len(seeds)}")
    load_optuna()
    city = build_city(scenario)
    today = read_today(scenario, city, question.limits.role)
    slots = lay_out(scenario, city, today, question.limits)
    stages, crew = deal_seeds(seeds, effort), Crew(workers)
    planned = len(stages.learn) + (1 + effort.trials) * len(stages.screen)
    planned += (1 + effort.n_checked) * len(stages.check) + (1 + effort.points) * len(stages.fresh)
    work, yardstick = learn_from_today(question, city, slots, stages.learn, out, crew, from_day, planned, progress)
    runs = Runs(
        question.policy, slots.role, yardstick, out=out, crew=crew, before=len(stages.learn), planned=planned,
        progress=progress,
    )  # fmt: skip
    table = table_of(today, slots)
    slots = replace(slots, as_it_is=unchanged(today, slots, table))
    found = find_points(question, slots, guess_all(slots, table, work), runs, stages, from_day)
    crew.end()
    return Answer(
        question, city, today, slots, table, work, yardstick, stages, found.goals, found.candidates,
        found.screened, found.checked, found.points, found.judged, found.still_front, runs.table(), found.scenarios,
        from_day,
    )  # fmt: skip


def learn_from_today(  # noqa: PLR0913, PLR0917 - the runs, and what is read from them
    question: Question, city: City, slots: Slots, seeds: Sequence[int], out: Path, crew: Crew, from_day: int,
    planned: int, progress: Progress | None,
) -> tuple[Work, Yardstick]:  # fmt: skip
    """Run today's roster, and read from it where and when calls come and where crime is recorded."""
    scenario = question.scenario
    plans = {(TODAY, s): RunPlan(scenario, question.policy, s, run_folder(out / "learn", TODAY, s)) for s in seeds}

    def count(done: int, _: int) -> None:
        if progress is not None:
            progress(done // scenario.n_days, planned, 0)

    table, failures = run_many(plans, workers=crew, from_day=from_day, progress=count)
    if failures:
        raise InputError(f"a run under today's roster failed: {next(iter(failures.values()))}")
    folders = [out / "learn" / str(name) for name in table["folder"]]
    ledgers = [(read_table(folder, "calls"), read_table(folder, "days")) for folder in folders]
    work = measure_work(ledgers, city, slots, weekday=scenario.start.weekday(), from_day=from_day)
    incidents = np.concatenate([read_table(folder, "incidents")["segment"].to_numpy(np.int64) for folder in folders])
    return work, make_yardstick(city, incidents[incidents >= 0], from_day=from_day)


@dataclass(frozen=True)
class Found:
    """Hold what a search came to."""

    goals: tuple[str, ...]
    candidates: dict[str, Candidate]
    screened: pd.DataFrame
    checked: pd.DataFrame
    points: dict[str, Candidate]
    judged: pd.DataFrame
    still_front: dict[str, bool]
    scenarios: dict[str, Scenario]


def find_points(  # noqa: PLR0913, PLR0917 - the search, whatever makes its runs
    question: Question, slots: Slots, guesses: Mapping[str, Floats], simulate: Simulate, seeds: Seeds, from_day: int
) -> Found:  # fmt: skip
    """Screen, check and judge: each stage with seeds of its own, so that luck in one does not pass into the next."""
    scenario, effort = question.scenario, question.effort
    short = scenario.replace({"n_days": screen_days(scenario.n_days, from_day)})
    first = simulate("screen", {TODAY: short}, seeds.screen)
    goals = known_goals(first, question.goals)
    if not goals:
        empty = pd.DataFrame(columns=["name"])
        return Found((), {}, empty, empty, {}, pd.DataFrame(columns=list(COLUMNS)), {}, {})
    proposer = Proposer(slots, guesses, n_goals=len(goals), sampler=effort.sampler, seed=1)
    tried: dict[bytes, Candidate] = {}
    rows = [first]
    for start in range(0, effort.trials, BATCH):
        asked = proposer.ask(min(BATCH, effort.trials - start))
        named = [_candidate(slots, shares, guesses, start + i, tried) for i, (_, shares) in enumerate(asked)]
        new = {one.name: with_deployment(short, slots, one.counts) for one in named}
        rows.append(simulate("screen", new, seeds.screen))
        table = pd.concat(rows, ignore_index=True).drop_duplicates(["name", "seed"])
        values = mean_differences(table, [one.name for one in named], goals)
        for (trial, _), row in zip(asked, values, strict=True):
            proposer.tell(trial, row.tolist())
    candidates = {one.name: one for one in tried.values()}
    rivals = {name: one for name, one in candidates.items() if not _is(one.counts, slots.as_it_is)}
    screened = _summary(pd.concat(rows, ignore_index=True).drop_duplicates(["name", "seed"]), candidates, goals)
    survivors = _survivors(screened[screened["name"].isin(list(rivals))], rivals, first, goals, effort)
    full = {TODAY: scenario} | {n: with_deployment(scenario, slots, candidates[n].counts) for n in survivors}
    rows_checked = simulate("check", full, seeds.check)
    checked = _summary(rows_checked, {n: candidates[n] for n in survivors}, goals)
    chosen = _choose(checked, rows_checked, goals, effort.points)
    points = dict(zip(LETTERS, (candidates[name] for name in chosen), strict=False))
    scenarios = {letter: full[one.name] for letter, one in points.items()}
    rows_fresh = simulate("fresh", {TODAY: scenario} | scenarios, seeds.fresh)
    judged = judge_points(rows_fresh, list(MEASURED), goals)
    return Found(goals, candidates, screened, checked, points, judged, _still_front(rows_fresh, goals), scenarios)


def _is(counts: Ints, as_it_is: Ints | None) -> bool:
    return as_it_is is not None and np.array_equal(counts, as_it_is)


def screen_days(n_days: int, from_day: int) -> int:
    """Give the days of a run of the screen: half of those that count, a week at least."""
    counted = n_days - from_day
    return from_day + min(counted, max(LEAST_SCREEN_DAYS, -(-counted // 2)))


def _candidate(
    slots: Slots, shares: Floats, guesses: Mapping[str, Floats], number: int, tried: dict[bytes, Candidate]
) -> Candidate:
    """Make a deployment of shares; one that was tried before keeps its name."""
    counts = share_out(slots, shares)
    names = list(guesses)
    source = names[number] if number < len(names) else "search"
    return tried.setdefault(counts.tobytes(), Candidate(f"d{number + 1:02d}", source, counts))


def _summary(rows: pd.DataFrame, candidates: Mapping[str, Candidate], goals: Sequence[str]) -> pd.DataFrame:
    names = list(candidates)
    return pd.DataFrame(mean_differences(rows, names, goals), columns=list(goals)).assign(
        name=names, source=[candidates[name].source for name in names]
    )


def _survivors(
    screened: pd.DataFrame, candidates: Mapping[str, Candidate], first: pd.DataFrame, goals: Sequence[str],
    effort: Effort,
) -> list[str]:  # fmt: skip
    """Take the front of the screen, spread out, and as many of the first guesses as there is room for."""
    values = screened[list(goals)].to_numpy(np.float64)
    front = np.flatnonzero(find_front(in_boxes(values, steps_of(first, goals))))
    names = screened["name"].tolist()
    chosen = [names[front[i]] for i in choose_points(values[front], effort.n_checked)]
    guesses = [name for name, one in candidates.items() if one.source != "search" and name not in chosen]
    return (chosen + guesses)[: effort.n_checked]


def _choose(checked: pd.DataFrame, rows: pd.DataFrame, goals: Sequence[str], n: int) -> list[str]:
    """Choose points of the front of the check, today's roster among the rivals; where it beats all, the nearest few."""
    values = checked[list(goals)].to_numpy(np.float64)
    boxes = in_boxes(np.vstack([values, np.zeros(len(goals))]), steps_of(rows, goals))
    front = np.flatnonzero(find_front(boxes)[:-1])
    if not len(front):
        front = np.flatnonzero(np.isfinite(values).all(axis=1))
    names = checked["name"].tolist()
    return [names[front[i]] for i in choose_points(values[front], n)]


def _still_front(rows: pd.DataFrame, goals: Sequence[str]) -> dict[str, bool]:
    names = [name for name in dict.fromkeys(rows["name"]) if name != TODAY]
    if not names:
        return {}
    values = np.vstack([mean_differences(rows, names, goals), np.zeros(len(goals))])
    on_front = find_front(in_boxes(values, steps_of(rows, goals)))
    return dict(zip(names, on_front[:-1].tolist(), strict=True))


def better_is_less(goal: str) -> bool:
    """Tell whether a smaller value of a goal is better."""
    return GOALS[goal].better == "less"
