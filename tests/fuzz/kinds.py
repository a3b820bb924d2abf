"""What is sent: for each kind of input a valid one, how it is damaged, and the commands that read it."""

from __future__ import annotations

import json
import random
import shutil
import tomllib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import balances
import numpy as np
from answers import Answer, ask
from damage import damage_folder, damage_text
from drawn import NASTY, Drawn, policy_texts

from sim.batch.calibrate.problem import Problem, read_problem
from sim.batch.running.once import Result, do_run
from sim.batch.running.workers import Outcome
from sim.batch.study.plan import make_plan
from sim.batch.study.study import read_study
from sim.errors import InputError
from sim.inputs.toml_text import read_toml
from sim.outcomes.measures import MEASURES
from sim.scenarios.scenario import Scenario, load_scenario

TINY = {
    "n_days": 1, "city.streets": "grid", "city.n_segments": 40, "people.n_residents": 60, "force.n_districts": 1,
    "force.n_response": 3, "force.n_community": 1,
}  # fmt: skip
SMALL = {"n_days": 2, "city.n_segments": 200, "people.n_residents": 400, "force.n_districts": 20}
"""What a run may have at most for the fuzzer to make it."""
POLICIES = (
    "reactive", "hotspot(share=0.03, dwell=12)", "grid + mediation", "reactive until 2014-01-01 then grid",
    "reform(hours=0.8)", "neighbourhood", "posts", "partnership + problem_oriented", "grid_services",
)  # fmt: skip
STUDY = """name = "fuzzed"
question = "Which?"
scenarios = ["new_haven"]
strategies = ["reactive", "hotspot(share=0.03)"]
baseline = "reactive"
seeds = 3
warm_up = 0
outcomes = ["offences_per_1000", "trust_mean"]
ledgers = "none"
limit_minutes = 5.0
{set}
[margins]
trust_mean = 0.01

[decision]
outcome = "offences_per_1000"
targets = ["trust_mean >= 0.1"]
sure = 0.9

"""
DESIGNS = (
    '[design.parameters]\n"demand.other_calls" = [500, 900]\n"policy.share" = [0.02, 0.05]\n',
    '[design]\nmethod = "sobol"\npoints = 4\nseed = 1\n[design.parameters]\n'
    '"offending.searches_per_year" = { low = 5, high = 20, log = true }\n',
    '[design]\nmethod = "lhs"\npoints = 3\n[design.parameters]\n'
    '"reporting.p_noticed_by_officer" = { low = 0.05, high = 0.5 }\n',
    '[stop]\noutcome = "offences_per_1000"\nhalf_width = 1.0\nfirst = 10\nstep = 5\n',
    '[allocate]\noutcome = "offences_per_1000"\nfirst = 5\nruns = 10\nstep = 5\n',
)
TABLE = '[design]\nmethod = "table"\nfile = "points.csv"\n'
POINTS = "demand.other_calls,policy.share,n_days\n500,0.02,1\n900,0.05,1\n700.5,0.03,2\n"
CALIBRATION = """name = "fuzzed"
scenario = "new_haven"
strategy = "reactive"
seeds = 2
points = 8
trials = 8
waves = 1
targets_file = "targets.csv"
{set}
[parameters]
"offending.searches_per_year" = {{ low = 20, high = 80, log = true }}

[[targets]]
measure = "recorded_burglary_per_1000"
value = 4.1
sd = 0.3

[abc]
particles = 20
"""
TARGETS = "measure,value,sd,low,high,hold_out,weight\noffences_per_1000,50,5,,,,1\ntrust_mean,,,0.4,0.6,true,2\n"
PICTURES = 0.1
"""Share of the commands that can draw pictures which do: they take ten times as long as all else."""
MOST_RUNS = 400
"""A study with more runs is planned and not run; so is a calibration with more than a tenth of them."""

Case = Callable[[random.Random, Path], Iterator[tuple[Answer, str]]]
"""Damage something in a folder and give the answers, each with what is wrong with it."""


def judged(
    answer: Answer,
    *,
    may_find: bool = False,
    must_say: tuple[str, ...] = (),
    account: Callable[[], str] | None = None,
) -> tuple[Answer, str]:
    """Give an answer and what is wrong with it; a valid one must say some words, and its numbers account for all."""
    wrong = answer.complaint(may_find)
    if not wrong and answer.code == 0:
        wrong = next((f"no word of {word!r}" for word in must_say if word not in answer.out + answer.err), "")
    if not wrong and answer.code == 0 and account is not None:
        try:
            wrong = account()
        except Exception:
            wrong = f"its report cannot be compared with it: {traceback.format_exc(limit=-2)}"
    return answer, wrong


def scenario(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged scenario file."""
    valid = load_scenario("new_haven").replace(TINY)
    text = (
        whole_toml(valid)
        if chance.random() < 0.4
        else _tiny_toml("") + 'title = "x"\npeople.share_male = 0.5\n[repeat]\nboost = { theft = 2.0 }\n'
    )
    file = home / "world.toml"
    file.write_bytes(damage_text(text, chance, "toml"))
    shown = ask(["scenario", "show", file])
    yield judged(
        shown,
        must_say=("n_residents",),
        account=lambda: balances.scenario(read_toml(file), tomllib.loads(shown.out)),
    )
    if shown.code == 0:
        (home / "shown.toml").write_text(shown.out, encoding="utf-8")
        yield from _run_if_small(file, load_scenario(str(home / "shown.toml")), home)


def _run_if_small(file: Path, world: Scenario, home: Path) -> Iterator[tuple[Answer, str]]:
    if _is_small(world):
        made = ask(["run", file, "--out", home / "run"])
        yield judged(made, must_say=("synthetic people", "digest"), account=lambda: _account_of(file, home / "run"))


def _account_of(file: Path, run: Path) -> str:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return balances.scenario(read_toml(file), manifest["inputs"]["scenario"])


def _is_small(world: Scenario) -> bool:
    wanted = {name: _at(world, name) for name in SMALL}
    return all(wanted[name] <= SMALL[name] for name in SMALL) and world.city.is_synthetic and _is_calm(world)


def _at(world: object, name: str) -> int:
    for part in name.split("."):
        world = getattr(world, part)
    assert isinstance(world, int)
    return world


def _is_calm(world: Scenario) -> bool:
    """Tell whether little happens, so that a run takes a second."""
    numbers = [value for group in world.model_dump().values() if isinstance(group, dict) for value in group.values()]
    return all(abs(number) <= 2e5 for number in numbers if isinstance(number, int | float))


def policy(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged text that names a strategy."""
    drawn = isinstance(chance, Drawn) and chance.random() < 0.7
    text = chance.draw(policy_texts()) if drawn else chance.choice(POLICIES)
    for _ in range(0 if drawn else chance.choice((1, 1, 2, 3))):
        text = (
            damage_text(text, chance).decode("utf-8", errors="replace")
            if chance.random() < 0.7
            else _paste(text, chance)
        )
    text = text.replace("\0", "").encode(errors="replace").decode()  # no operating system passes such on
    if text.startswith("-"):
        text = " " + text
    words = ["run", "--policy", text, "--out", home / "run", *set_options()]
    yield judged(ask(words), must_say=("synthetic people", "digest"))


def _paste(text: str, chance: random.Random) -> str:
    joint = chance.choice(
        (
            " + ",
            " then ",
            " until ",
            " until 2014-01-01 then ",
            "+",
            ",",
            "(",
            ")",
            "(share=",
            "=",
            "({[]:1})",
            ".py:",
            ":",
        )
    )
    return text + joint + chance.choice((*POLICIES, *NASTY))


def study(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged study; where it is good, its batch script is written."""
    text = STUDY.format(set=_tiny_toml("set")) + chance.choice(DESIGNS)
    (home / "study.toml").write_bytes(damage_text(text, chance, "toml"))
    yield _sweep(home)


def design(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged table of points."""
    (home / "study.toml").write_text(STUDY.format(set=_tiny_toml("set")) + TABLE, encoding="utf-8")
    (home / "points.csv").write_bytes(damage_text(POINTS, chance, "table"))
    yield _sweep(home, balances.rows_of((home / "points.csv").read_bytes()))


def _sweep(home: Path, points: int | None = None) -> tuple[Answer, str]:
    """Sweep a study with results that are made up where it has few runs, or else write its batch script."""
    file = home / "study.toml"
    if not _has_few_runs(file):
        planned = ask(["sweep", file, "--store", home / "store", "--slurm-script", 2])
        return judged(planned, must_say=("strategies", "runs"))
    with mock.patch("sim.batch.running.local.local_runner", return_value=make_up):
        done = ask(["sweep", file, "--store", home / "store"])
    sent = read_toml(file)
    return judged(
        done,
        must_say=("strategies", "runs"),
        account=lambda: balances.study(sent, home / "store" / sent["name"], points),
    )


def _has_few_runs(file: Path) -> bool:
    try:
        study = read_study(file)
        plan = make_plan(study, beside=file.parent)
    except (InputError, OSError):
        return False
    return len(plan.arms) * len(study.all_seeds) <= MOST_RUNS


def make_up(jobs) -> Iterator[Outcome]:
    """Make results up: a fuzzer of a study's folder needs their form alone."""
    for run, _ in jobs:
        chance = np.random.default_rng(int(run, 16))
        measures = dict(zip(MEASURES, chance.normal(100.0, 5.0, len(MEASURES)).tolist(), strict=True))
        yield Outcome(run, Result(f"{int(run, 16):064x}", measures, 0.01), "", 1)


def run_here(jobs) -> Iterator[Outcome]:
    """Make runs in this process: the start of another one takes longer than a tiny run."""
    for run, job in jobs:
        try:
            yield Outcome(run, do_run(job), "", 1)
        except InputError as error:
            yield Outcome(run, None, str(error), 1)


def targets(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged calibration or a damaged table of targets."""
    calibration, table = CALIBRATION.format(set=_tiny_toml("set")).encode(), TARGETS.encode()
    if chance.random() < 0.5:
        calibration = damage_text(calibration.decode(), chance, "toml")
    else:
        table = damage_text(TARGETS, chance, "table")
    (home / "calibration.toml").write_bytes(calibration)
    (home / "targets.csv").write_bytes(table)
    (home / "plain.txt").write_text("mine")
    is_quick = chance.random() < 0.5
    problem = _small_problem(home / "calibration.toml", quick=is_quick)
    store = home / ("plain.txt/out" if problem is None else "store")  # one too large ends at a folder that cannot be
    words = ["calibrate", home / "calibration.toml", "--store", store, "--no-plots", *(["--quick"] if is_quick else [])]
    with mock.patch("sim.cli.calibrate.local_runner", return_value=run_here):
        done = ask(words)
    yield judged(
        done,
        must_say=("Synthetic",),
        account=lambda: balances.targets(
            read_toml(home / "calibration.toml"), table, store / f"{problem.name}-calibration"
        ),
    )


def _small_problem(file: Path, *, quick: bool) -> Problem | None:
    """Read a calibration that takes seconds; nothing where it is refused or takes longer."""
    try:
        problem = read_problem(file)
        world = load_scenario(problem.scenario).replace(problem.set)
    except (InputError, OSError):
        return None
    n_points = problem.trials if quick else problem.points * problem.waves
    few = n_points * problem.seeds <= MOST_RUNS // 10 and problem.scale is None
    return problem if few and _is_small(world) else None


def incidents(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
    """Send a damaged table of incidents to a small city on the grid."""
    place = random.Random(5)
    rows = [f"{place.uniform(0, 500):.1f},{place.uniform(0, 500):.1f},theft,第{i}号" for i in range(30)]
    text = "x,y,kind,note\n" + "\n".join(rows) + "\n"
    if chance.random() < 0.2:
        text = text.replace("x,y", chance.choice(("lon,lat", "X,Y", "lng,lat", "y,x", "Longitude,Latitude")))
    file = home / "incidents.csv"
    file.write_bytes(damage_text(text, chance, "table"))
    words = ["run", *set_options(), "--set", f"city.incidents='{file}'", "--out", home / "run"]
    yield judged(ask(words), must_say=("incident",), account=lambda: balances.incidents(file, home / "run"))


def set_options() -> list[str]:
    """Give the options that make a run tiny."""
    return [word for name, value in TINY.items() for word in ("--set", f"{name}={value}")]


def whole_toml(world: Scenario) -> str:
    """Write a whole scenario down, as `cpsim scenario show` does."""
    from sim.inputs.toml_text import write_toml

    return write_toml(world.model_dump())


def _tiny_toml(table: str) -> str:
    lines = [
        f'"{name}" = {json.dumps(value)}' if table else f"{name} = {json.dumps(value)}" for name, value in TINY.items()
    ]
    return "\n".join([f"[{table}]" if table else "", *lines]) + "\n"


def folder_of(valid: Path, home: Path) -> Path:
    """Copy a valid folder to where it may be damaged."""
    shutil.copytree(valid, home / "damaged")
    return home / "damaged"


def run_folder(valid: Path) -> Case:
    """Send a damaged run folder to every command that reads one."""

    def case(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
        folder = folder_of(valid, home)
        damage_folder(folder, chance)
        if chance.random() < 0.2:
            damage_folder(folder, chance)
        other = chance.choice((
            ["plot" if chance.random() < PICTURES else "burden", folder, "--out", home / "out"],
            ["changes", valid, folder, "--out", home / "out"],
            ["run", "--resume", "--out", folder, *set_options()],
        ))  # fmt: skip
        seen = ask(["check", folder])
        yield judged(seen, may_find=True, account=lambda: balances.damage_told(valid, folder, seen.code))
        yield judged(ask(other))

    return case


def store(valid: Path) -> Case:
    """Send a damaged store of studies to every command that reads one."""

    def case(chance: random.Random, home: Path) -> Iterator[tuple[Answer, str]]:
        folder = folder_of(valid, home)
        damage_folder(folder, chance)
        one = next(folder.iterdir())
        other = chance.choice((
            ["contrast", one, "--out", home / "out", *([] if chance.random() < PICTURES else ["--no-plots"])],
            ["report", one, "--out", home / "out.html"],
            ["sensitivity", one, "--outcome", "trust_mean", "--out", home / "out", "--no-plots"],
            ["robustness", one, "--outcome", "trust_mean", "--of", "hotspot", "--out", home / "out", "--no-plots"],
            ["sweep", valid.parent / "study.toml", "--store", folder, "--slurm-script", 2],
        ))  # fmt: skip
        seen = ask(["store", "check", one])
        yield judged(seen, may_find=True, account=lambda: balances.damage_told(valid, folder, seen.code))
        yield judged(ask(other))

    return case
