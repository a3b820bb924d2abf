"""Ask the claims: every run and trial that they need, over its seeds, on all cores; what is answered is kept.

A job is one standard run or one trial with one seed. It answers all claims that belong to it, and its answers go into
one small file. A file is named by all that determines its content, so that a second call asks only what is new.
"""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.batch.running.sealed import seal
from sim.batch.running.workers import work_through
from sim.batch.study.identity import model_version, streets_identity
from sim.disk import make_folder, write_whole
from sim.errors import InputError
from sim.ledger.provenance import made_with, wall_clock
from sim.scenarios.scenario import Scenario
from sim.validation import baselines, rewired
from sim.validation.baselines import AGAINST, name_of, under
from sim.validation.claim import HERE, Claim, Claims, Setting, function_of
from sim.validation.rewired import N_SEEDS, ON_REWIRED, REWIRED, rewire_city
from sim.validation.seen import Seen, scenario_for, watch
from sim.world import build_city

SAYS_NOTHING = {"why", "seeds", "quick_seeds"}
"""Parts of a setting that determine no answer of one seed."""
Numbers = dict[str, float]
"""What one seed answers to one function, by name."""
Progress = Callable[[int, int, int], None]
"""Called with the jobs done, to do and failed; may raise to stop."""


@dataclass(frozen=True)
class Job:
    """Name one run or trial with one seed, and the functions that look at it."""

    setting: Setting
    scenario: Scenario
    seed: int
    functions: tuple[tuple[str, str], ...]
    """family and name of each function"""
    against_baselines: bool = True
    """whether functions are held against baselines too"""
    rewired: bool = False
    """whether it is a run on streets that lead elsewhere, itself a baseline"""

    def baselines(self) -> list[tuple[str, str, str]]:
        """List family and name of the functions that are held against a baseline, and the baseline."""
        if self.setting.conduct or self.rewired or not self.against_baselines:
            return []
        return [
            (family, name, baseline)
            for family, name in self.functions
            for baseline in (AGAINST.get(f"{family}.{name}", ()))
        ]

    @property
    def checksums(self) -> dict[str, str]:
        """Give the checksum of the source of each function."""
        return {f"{family}.{name}": _source_sha256(HERE / f"{family}.py") for family, name in self.functions}

    @property
    def name(self) -> str:
        """Name the file of its answers: what it is, and a checksum of all that determines them."""
        determined = {
            "model": model_version(),
            "setting": {name: value for name, value in asdict(self.setting).items() if name not in SAYS_NOTHING},
            "scenario": self.scenario.model_dump(mode="json"),
            "streets": streets_identity(self.scenario.city),
            "seed": self.seed,
            "functions": self.checksums,
        }
        if self.baselines():
            determined["baselines"] = _source_sha256(Path(baselines.__file__))
        if self.rewired:
            determined["rewired"] = _source_sha256(Path(rewired.__file__))
        text = json.dumps(determined, sort_keys=True, default=str)
        key = f"{self.setting.key}-{REWIRED}" if self.rewired else self.setting.key
        return f"{key}-seed{self.seed}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


@dataclass(frozen=True)
class Answer:
    """Hold what one job answered."""

    setting: str
    seed: int
    numbers: Mapping[str, Numbers]
    """by family and function, such as `places.recorded`"""


def plan_jobs(
    claims: Claims, *, quick: bool, changes: Mapping[str, Any] | None = None, against_baselines: bool = True,
    on_rewired: bool = False,
) -> list[Job]:  # fmt: skip
    """List the jobs that answer some claims: the first seed of everything first, long ones before short ones.

    Parameters
    ----------
    quick
        with the quick seeds alone; what has none is left out
    changes
        parameters that differ from every setting, by dotted name
    against_baselines
        whether patterns are held against baselines as well
    on_rewired
        whether the model is also run on streets that lead elsewhere, for what is asked of a run about places
    """
    wanted: dict[str, set[tuple[str, str]]] = {}
    for claim in claims.claims.values():
        if not claim.not_here:
            function = claim.observe if claim.run else claims.trials[claim.trial].conduct
            function_of(claim.family, function)
            wanted.setdefault(claims.setting(claim).key, set()).add((claim.family, function))
    settings = {**claims.runs, **claims.trials}
    jobs = []
    for key, functions in wanted.items():
        scenario = scenario_for(settings[key]).replace(dict(changes or {}))
        seeds = settings[key].quick_seeds if quick else settings[key].seeds
        asked = tuple(sorted(functions))
        jobs += [Job(settings[key], scenario, seed, asked, against_baselines) for seed in seeds]
        on_places = tuple((family, name) for family, name in asked if f"{family}.{name}" in ON_REWIRED)
        if on_rewired and on_places and not settings[key].conduct:
            jobs += [Job(settings[key], scenario, seed, on_places, rewired=True) for seed in seeds[:N_SEEDS]]
    # Each setting's first seed comes before any second one, so that whoever stops early has a card of everything.
    return sorted(jobs, key=lambda job: (job.setting.seeds.index(job.seed), -job.setting.n_days))


def ask(
    jobs: Iterable[Job], out: Path, *, workers: int, progress: Progress | None = None
) -> tuple[list[Answer], dict[str, str]]:
    """Get every job answered; those that have an answer in `out` are read.

    Returns
    -------
    answers, failures
        in the order of the jobs; and what went wrong, by job

    Raises
    ------
    InputError
        If the folder cannot be written, or the disk is full.
    """
    jobs = list(jobs)
    make_folder(out)
    answers: dict[str, Answer] = {}
    failures: dict[str, str] = {}
    todo = {}
    for job in jobs:
        kept = read_answer(out / job.name)
        if kept is None:
            todo[job.name] = job
        else:
            answers[job.name] = kept
    with closing(
        work_through(((name, (job, out)) for name, job in todo.items()), _answer, workers=workers)
    ) as outcomes:
        for outcome in outcomes:
            if outcome is not None:
                outcome.stop_if_postponed()
            if outcome is not None and outcome.value is not None:
                answers[outcome.key] = outcome.value
            elif outcome is not None:
                failures[outcome.key] = outcome.problem
            if progress is not None:
                progress(len(answers), len(jobs), len(failures))
    return [answers[job.name] for job in jobs if job.name in answers], failures


def read_answer(file: Path) -> Answer | None:
    """Read the answers of a job; none where there are none, or they were damaged."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        numbers = content["numbers"] | content.get("baselines", {})
        if content["sha256"] != seal(numbers):
            return None
        plain = {
            name: {k: np.nan if v is None else float(v) for k, v in some.items()} for name, some in numbers.items()
        }
        return Answer(content["setting"], content["seed"], plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _answer(argument: tuple[Job, Path]) -> Answer:
    """Work in a process of its own: run, look, and keep what was seen."""
    job, out = argument
    begun = time.perf_counter()
    setting, scenario = job.setting, job.scenario
    numbers: dict[str, Numbers] = {}
    thrown: dict[str, Numbers] = {}
    if setting.conduct:
        for family, name in job.functions:
            numbers[f"{family}.{name}"] = _plain(function_of(family, name)(scenario, setting, job.seed))
    else:
        city = rewire_city(build_city(scenario), job.seed) if job.rewired else None
        seen = watch(scenario, setting.policy, job.seed, feelings_on=setting.feelings_on, city=city)
        for family, name in job.functions:
            function = f"{family}.{name}"
            asked_as = name_of(function, REWIRED) if job.rewired else function
            numbers[asked_as] = _plain(function_of(family, name)(seen))
        thrown = _under_baselines(seen, job)
    own, against = (
        {name: {k: None if np.isnan(v) else v for k, v in some.items()} for name, some in both.items()}
        for both in (numbers, thrown)
    )
    content = {
        "setting": setting.key,
        "seed": job.seed,
        "numbers": own,
        "baselines": against,
        "sha256": seal(own | against),
        "provenance": {
            "model": model_version(),
            "scenario": scenario.model_dump(mode="json"),
            "policy": setting.policy,
            "design": dict(setting.design),
            "feelings_on": list(setting.feelings_on),
            "functions": job.checksums,
            "made_with": made_with(),
            "ended": wall_clock(),
            "seconds": time.perf_counter() - begun,
        },
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str).encode()
    write_whole(out / job.name, lambda file: file.write(text))
    return Answer(setting.key, job.seed, numbers | thrown)


def _under_baselines(seen: Seen, job: Job) -> dict[str, Numbers]:
    """Look at what each baseline makes of a run, by the functions that are held against it."""
    numbers: dict[str, Numbers] = {}
    for baseline in baselines.BASELINES:
        mine = [(family, name) for family, name, against in job.baselines() if against == baseline]
        thrown = under(seen, baseline) if mine else seen
        for family, name in mine:
            numbers[name_of(f"{family}.{name}", baseline)] = _plain(function_of(family, name)(thrown))
    return numbers


def _with_gaps(numbers: Mapping[str, float | None]) -> Numbers:
    return {name: np.nan if value is None else float(value) for name, value in numbers.items()}


def _plain(numbers: Mapping[str, Any]) -> Numbers:
    return {str(name): float(value) for name, value in numbers.items()}


@cache
def _source_sha256(file: Path) -> str:
    """Give the checksum of a file of functions and of modules here that it uses: an edited one has no old answers."""
    checksum = hashlib.sha256()
    for used in list_files_used(file):
        checksum.update(used.read_bytes())
    return checksum.hexdigest()


UNVERSIONED = ("sim.validation.", "sim.batch.trial.")
"""Modules that functions of claims use and that the version of the model says nothing of."""


def list_files_used(file: Path) -> list[Path]:
    """List a file and all others of this package that it imports, directly or not, in the order of their names.

    What stands elsewhere determines the model and is in its version, but for the conduct of trials. The module of
    claims is left out: a function of a claim takes no more from it than the setting, whose values are in the name of
    a job.
    """
    used, todo = {file}, [file]
    while todo:
        for name in _names_imported(todo.pop()):
            other = HERE.parents[2].joinpath(*name.split(".")).with_suffix(".py")
            if name.startswith(UNVERSIONED) and name != "sim.validation.claim" and other.is_file():
                todo += [other] if other not in used else []
                used.add(other)
    return sorted(used)


def _names_imported(file: Path) -> Iterator[str]:
    """Name what a file imports, as a module and as a name of one: either may be a file."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def numbers_for(
    claim: Claim, claims: Claims, answers: Iterable[Answer], *, baseline: str = ""
) -> dict[str, list[float]]:
    """Collect what a claim is about from the answers: one number per seed, for the value and what it is divided by.

    Parameters
    ----------
    baseline
        what this baseline gives instead of the run

    Raises
    ------
    InputError
        If the function of the claim gives no number of that name.
    """
    setting = claims.setting(claim)
    function = f"{claim.family}.{claim.observe or setting.conduct}"
    function = name_of(function, baseline) if baseline else function
    mine = [one.numbers[function] for one in answers if one.setting == setting.key and function in one.numbers]
    names = [claim.value, claim.over] if claim.over else [claim.value]
    for name in names:
        if mine and name not in mine[0]:
            raise InputError(
                f"{function} must give the number {name!r} for the claim {claim.key}, got {', '.join(mine[0])}"
            )
    return {name: [some[name] for some in mine] for name in names}
