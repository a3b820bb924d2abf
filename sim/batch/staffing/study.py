"""A staffing study: theory for a first guess, simulated months around it, the roster, and all that came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.running.crew import Crew
from sim.batch.running.many import Progress, check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.batch.staffing.force import cars_by_shift, count_role, roles_to_vary, share_out_roles, with_force
from sim.batch.staffing.hypercube import measure_ways
from sim.batch.staffing.likely import EVEN, Likely, judge_forces, read_months
from sim.batch.staffing.queueing import Load, measure_load
from sim.batch.staffing.roster import Roster, Shifts, make_roster
from sim.batch.staffing.search import Found, Rule, find_range, sum_up
from sim.batch.staffing.targets import Target, measure_other
from sim.batch.staffing.theory import Theory, guess_size
from sim.city.land_use import City
from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.ledger.run_folder import read_table
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.statistics.pairs import pair_differences
from sim.world import build_city

MOST_TIMES = 3
"""A search goes no further than this many times the scenario's own force, unless told."""
LEAST_CALLS = 12
"""Calls that a run must have, for theory to have something to work from."""
COST = "cost_per_1000"
Tell = Callable[[int, int, float], None]
"""Called with a force, the months tried with it and the chance that it is enough, whenever more is known."""


@dataclass(frozen=True)
class Question:
    """Say what is asked: of which town, under which strategy, with which targets."""

    scenario: Scenario
    strategy: str
    """the strategy as the user wrote it"""
    policy: PolicyModel
    targets: tuple[Target, ...]
    roles: tuple[str, ...] = ()
    """roles whose number is searched; all sworn ones if none is named"""
    least: int = 1
    most: int = 0
    """the largest force to think of; 0 for `MOST_TIMES` the scenario's own"""
    rule: Rule = field(default_factory=Rule)
    shifts: Shifts = field(default_factory=Shifts)


@dataclass(frozen=True)
class Answer:
    """Hold the results of a study."""

    question: Question
    roles: tuple[str, ...]
    own: int
    """officers that the scenario has in these roles"""
    least: int
    most: int
    from_day: int
    found: Found
    """the search over the targets that more officers help to meet"""
    runs: pd.DataFrame
    """one row per run: `force`, `policy`, `seed`, ..., the measures and every other target"""
    load: Load
    analytic: pd.DataFrame
    """one row per force and target that theory knows: `force`, `target`, `value`"""
    guess: int | None
    """the force that theory expects to be enough; nothing where it expects none to be"""
    requirement: NDArray[np.int64]
    """(168,) units that each hour of the week needs by theory"""
    n_never: int
    """hours of the week in which no number of units meets the targets, by theory"""
    roster: Roster
    busy: NDArray[np.float64]
    """how busy each unit on duty is by the hypercube model, with the force of the answer or the largest"""
    failures: dict[str, str]

    @property
    def smallest(self) -> int | None:
        """Name the smallest force that is more likely enough than not, caps included."""
        best = self.found.middle
        return None if best is None or self.found.likely.at(best) < EVEN else best

    @property
    def shown(self) -> int:
        """Name the force that tables look at: the one in the middle of the answer, or the largest tried."""
        return self.found.middle if self.found.middle is not None else int(self.runs["force"].max())

    def left_out(self, target: Target) -> int:
        """Count the months of all forces in which a target has no value."""
        return int(self.runs[target.measure].isna().sum())

    def broken_caps(self, force: int) -> tuple[Target, ...]:
        """Name the caps that a force more likely breaks than not; a larger one would break them by more."""
        caps = [target for target in self.question.targets if target.wants_fewer]
        return tuple(cap for cap in caps if judge_forces(read_months(self.runs, [cap])).at(force) < EVEN)

    def numbers(self, force: int) -> dict[str, int]:
        """Give the officers by role, those whose number stood still included."""
        varied = share_out_roles(self.question.scenario, self.roles, force)
        still = {
            name.removeprefix("n_"): int(number)
            for name, number in self.question.scenario.force
            if name.startswith("n_") and name != "n_districts"
        }
        return {role: number for role, number in (still | varied).items() if number > 0}

    def steps(self) -> pd.DataFrame:
        """Estimate what one officer fewer or more changes, seed by seed: the table of `pair_differences`."""
        force = self.shown
        measures = [*dict.fromkeys([*(t.measure for t in self.question.targets), COST])]
        near = self.runs[self.runs["force"].isin([force - 1, force, force + 1])].assign(
            policy=lambda rows: rows["force"].astype(str)
        )
        return pair_differences(near, baseline=str(force), measures=measures)


def study_staffing(  # noqa: PLR0913 - what, over what, how, where to
    question: Question,
    seeds: Sequence[int],
    *,
    out: Path,
    workers: int,
    from_day: int = 0,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Answer:
    """Find which numbers of officers meet all targets, over all calls of months like this one in this town.

    All forces share their seeds. Every run has its folder below `out`; called again with the same inputs, finished runs
    are reused.

    Parameters
    ----------
    seeds
        the first to use; when more are needed, those that follow the highest
    out, workers, from_day, progress
        as in `sim.batch.compare.compare`

    Raises
    ------
    InputError
        If there is nothing to search, or no run of a force succeeds.
    """
    scenario, rule = question.scenario, question.rule
    check_request(["staffing"], seeds, workers=workers, from_day=from_day, n_days=scenario.n_days)
    if not question.targets:
        raise InputError("staffing needs at least one --target, for instance answered_1_within_10_pct>=90")
    roles = roles_to_vary(scenario, question.roles)
    own = sum(count_role(scenario, role) for role in roles)
    most = question.most or max(MOST_TIMES * own, question.least + 10)
    if not 0 <= question.least < most:
        raise InputError(f"--most must be more than --least, got {most} and {question.least}")
    runs = _Runs(question, roles, list(seeds), out, Crew(workers), from_day, progress, tell)
    begin = min(max(own, question.least), most)
    known = {begin: runs.try_force(begin, rule.first)}
    if runs.is_silent():
        _refuse_unknown(runs.table(), question.targets)
    theory = make_theory(question, roles, runs.folders(begin), from_day)
    guess = guess_size(theory, question.targets, least=max(question.least, 1), most=most, own=begin)
    found = find_range(
        runs.try_force, runs.judge, guess=begin if guess is None else guess, least=question.least, most=most, rule=rule,
        known=known,
    )  # fmt: skip
    middle = found.middle if found.middle is not None else max(found.months)
    n = max(found.months.get(middle, 0), rule.first)
    for force in (middle - 1, middle, middle + 1):
        if question.least <= force <= most:
            runs.try_force(force, n)
    found = sum_up(runs.judge(), found.months, question.least, rule)
    table = runs.table()
    need, n_never = theory.requirement(question.targets)
    shown = sorted({int(force) for force in table["force"]} | set(_between(table["force"])))
    values = [(force, t.text, theory.predict(t, force)) for force in shown for t in question.targets]
    analytic = pd.DataFrame([row for row in values if row[2] is not None], columns=["force", "target", "value"])
    return Answer(
        question, roles, own, question.least, most, from_day, found, table, theory.load, analytic, guess, need, n_never,
        make_roster(need, question.shifts), theory.busy_by_unit(found.middle or most), runs.failures,
    )  # fmt: skip


def _refuse_unknown(rows: pd.DataFrame, targets: Sequence[Target]) -> None:
    """Say which target no month has a value of."""
    empty = [target.text for target in targets if rows[target.measure].isna().all()]
    which = empty[0] if empty else "all targets together"
    raise InputError(
        f"staffing needs months in which every target has a value, but in none of {len(rows)} months is there one of "
        f"{which}; try longer months (--days 90), more calls (--set demand.other_calls=500) or calls of all priorities"
    )


def make_theory(question: Question, roles: tuple[str, ...], folders: Sequence[Path], from_day: int) -> Theory:
    """Make the theory of a town from the log of calls of some runs.

    Raises
    ------
    InputError
        If there are hardly any calls.
    """
    scenario = question.scenario
    city = build_city(scenario)
    calls = [read_table(folder, "calls") for folder in folders]
    days = [read_table(folder, "days") for folder in folders]
    called = pd.concat([one[one["n_units"] > 0] for one in calls])
    if len(called) < LEAST_CALLS:
        raise InputError(
            f"staffing needs calls to answer: {len(folders)} runs of {scenario.n_days} days had {len(called)}; "
            "try more --days, or more calls with --set demand.other_calls=500"
        )
    load = measure_load(zip(calls, days, strict=True), weekday=scenario.start.weekday(), from_day=from_day)
    ways = measure_ways(city.streets, called["segment"].to_numpy(np.int64), limit_factor=scenario.dispatch.limit_factor)
    own = max(1, sum(count_role(scenario, role) for role in roles))
    on_streets = _streets_of(scenario, roles, city)
    scale = load.street_hours / max(on_streets(own), 1e-9)
    return Theory(
        scenario,
        load,
        ways,
        street_hours=lambda size: scale * on_streets(size),
        cars=_cars_of(scenario, roles, city),
    )


def _cars_of(scenario: Scenario, roles: tuple[str, ...], city: City) -> Callable[[int], NDArray[np.int64]]:
    kept: dict[int, NDArray[np.int64]] = {}

    def cars(size: int) -> NDArray[np.int64]:
        if size not in kept:
            kept[size] = cars_by_shift(with_force(scenario, roles, size), city)
        return kept[size]

    return cars


def _streets_of(scenario: Scenario, roles: tuple[str, ...], city: City) -> Callable[[int], float]:
    """Count those whose work is on the streets, detectives left out."""

    def on_streets(size: int) -> float:
        force = with_force(scenario, roles, size).force
        return float(force.n_response + force.n_foot + force.n_community)

    return on_streets


def _between(forces: pd.Series) -> list[int]:
    return [int(force) for force in np.linspace(forces.min(), forces.max(), 25).round()]


@dataclass
class _Runs:
    """Keep the runs of a study, and make those that are asked for."""

    question: Question
    roles: tuple[str, ...]
    seeds: list[int]
    out: Path
    crew: Crew
    from_day: int
    progress: Progress | None
    tell: Tell | None
    rows: dict[tuple[int, int], dict[str, object]] = field(default_factory=dict)
    asked: set[tuple[int, int]] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)

    def try_force(self, force: int, n: int) -> int:
        """See that a force was tried with `n` months, and count those that say something of every target."""
        new = self._run_first(force, n)
        rows = pd.DataFrame([row for (size, _), row in self.rows.items() if size == force])
        if new and self.tell is not None and not self.is_silent():
            self.tell(force, len(rows), self.judge().at(force))
        return len(rows)

    def judge(self) -> Likely:
        """Judge every number between the smallest and the largest tried, by what is known so far."""
        return judge_forces(read_months(self.table(), self.question.targets))

    def is_silent(self) -> bool:
        """Tell whether no month yet says anything of some target."""
        table = self.table() if self.rows else pd.DataFrame()
        return table.empty or any(bool(table[target.measure].isna().all()) for target in self.question.targets)

    def _run_first(self, force: int, n: int) -> bool:
        """See that a force was tried with the first `n` seeds; tell whether any of them was new."""
        while len(self.seeds) < n:
            self.seeds.append(max(self.seeds) + 1)
        new = [seed for seed in self.seeds[:n] if (force, seed) not in self.asked]
        if new:
            self._run(force, new)
        return bool(new)

    def folders(self, force: int) -> list[Path]:
        """List the run folders of a force."""
        return [self.out / str(row["folder"]) for (size, _), row in self.rows.items() if size == force]

    def table(self) -> pd.DataFrame:
        """Give one row per run, by force and seed."""
        return pd.DataFrame(list(self.rows.values())).sort_values(["force", "seed"], ignore_index=True)

    def _run(self, force: int, seeds: list[int]) -> None:
        scenario = with_force(self.question.scenario, self.roles, force)
        label = "-".join([str(force), *self.question.roles, "officers"])
        plans = {
            (label, seed): RunPlan(scenario, self.question.policy, seed, run_folder(self.out, label, seed))
            for seed in seeds
        }
        self.asked |= {(force, seed) for seed in seeds}
        table, failures = run_many(plans, workers=self.crew, from_day=self.from_day, progress=self.progress)
        self.failures |= failures
        for row in table.to_dict("records"):
            calls = read_table(self.out / str(row["folder"]), "calls")
            span = {"from_min": float(self.from_day * DAY_MIN), "end_min": float(scenario.n_days * DAY_MIN)}
            other = measure_other(self.question.targets, calls, **span)
            named = {str(name): value for name, value in row.items()}
            self.rows[force, int(row["seed"])] = {"force": force} | named | other
