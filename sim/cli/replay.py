"""`cpsim replay-calls`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from sim.agents.population.recorded import read_recorded
from sim.batch.replay.study import AS_IT_WAS, RULES, Deployment, Replay, replay_calls
from sim.batch.replay.verdict import DIFFERENCES, MAY
from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.compare import read_seeds
from sim.cli.pages import print_page
from sim.cli.progress import day_bar, goes_on_from, teller
from sim.cli.scenarios import read_changes, scenario_from
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.force.build import RECORD, RECORD_ACCOUNT
from sim.inputs.spelling import did_you_mean
from sim.policies.contract.registry import make_policy
from sim.report.names import scenario_name
from sim.report.replay.files import write_replay
from sim.report.replay.text import replay_page
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario, load_scenario

REFUSED = {
    "no_calls": "the folder must name a file of calls ([calls] file = ...), and has none",
    "no_hours": "the calls must have a time of day and be answered by somebody, and none of them is known to be",
    "no_places": "the calls must have places, and none of them could be found on the streets",
}


def replay(given: argparse.Namespace) -> int:
    """Replay a record, print the verdict and the comparison, and keep everything in a folder."""
    if given.scale is not None:
        raise InputError("--scale must be left out: a record has all calls, and all officers must be there to answer")
    scenario, account = with_record(scenario_from(given), given)
    spec, lang = given.policy or scenario.policy, given.lang
    first = Deployment(AS_IT_WAS, scenario, make_policy(spec))
    deployments = [first, *(read_try(words, first) for words in given.tries)]
    seeds = read_seeds(given.seeds)
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-replay")
    tell_of_city(scenario, lang)
    compile_core(teller(lang))
    title = text(lang, "replay.progress").format(scenario=scenario_name(scenario.name, lang))
    with goes_on_from(out, lang), day_bar(title, lang=lang) as progress:
        answer = replay_calls(
            deployments, seeds, out=out, workers=given.workers, from_day=given.warm_up, account=account,
            anyway=given.anyway, progress=progress,
        )  # fmt: skip
    files = write_replay(answer, out)
    if not given.no_plots:
        from sim.report.replay.picture import plot_replay

        files += plot_replay(answer, out=out / "replay", lang=lang)
    print_replay(answer, lang)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png"}))
    return 0 if answer.verdict.word in {MAY, DIFFERENCES} else 1


def with_record(scenario: Scenario, given: argparse.Namespace) -> tuple[Scenario, dict[str, int]]:
    """Let the calls of a scenario be those of its force, over the days of the record; give the account of its rows.

    Raises
    ------
    InputError
        If there is no record, or it cannot be replayed.
    """
    account: dict[str, int] = {}
    if not scenario.demand.recorded_calls:
        path, account = _record_of(given)
        scenario = scenario.replace({"demand.recorded_calls": str(path)})
    time = read_recorded(scenario.demand.recorded_calls)["time"]
    if time.empty:
        raise InputError(f"{scenario.demand.recorded_calls} must have calls, and has none")
    first = time.min().normalize()
    changes: dict[str, Any] = {"start": first.date()}
    if given.days is None and not any(change.startswith("n_days") for change in given.changes):
        changes["n_days"] = int((time.max().normalize() - first) / pd.Timedelta(days=1)) + 1
    if any(change.partition("=")[0].strip() == "start" for change in given.changes):
        del changes["start"]
    return scenario.replace(changes), account


def _record_of(given: argparse.Namespace) -> tuple[Path, dict[str, int]]:
    folder = Path(str(given.scenario)) if given.force is None else given.force
    built = folder / "built" if folder.is_dir() else folder.parent
    if not (built / RECORD_ACCOUNT).is_file():
        raise InputError(
            "a replay must have the calls of a force: give its folder, as `cpsim force new` begins it, with --force, "
            f"or a table with --set demand.recorded_calls=FILE, got {folder.name!r}"
        )
    told = json.loads((built / RECORD_ACCOUNT).read_text(encoding="utf-8"))
    if "refused" in told:
        raise InputError(f"{folder}: {REFUSED[told['refused']]}; `cpsim force check` says what was read")
    return built / RECORD, {name: value for name, value in told.items() if isinstance(value, int)}


def read_try(words: str, first: Deployment) -> Deployment:
    """Read another deployment, 'NAME: PART; PART': what its parts do not say is as it was.

    Raises
    ------
    InputError
        If there is no name or no part, a part is not known, or a scenario has other streets.
    """
    label, colon, rest = words.partition(":")
    parts = [part.strip() for part in rest.split(";") if part.strip()]
    if not colon or not label.strip() or not parts:
        raise InputError(f"--try must read 'NAME: PART; PART', for instance 'own beat first: own-beat', got {words!r}")
    scenario, policy, changes = first.scenario, first.policy, []
    for part in parts:
        key, equals, value = (one.strip() for one in part.partition("="))
        if key == "scenario" and equals:
            scenario = _scenario_of(value, first.scenario)
        elif key == "policy" and equals:
            policy = make_policy(value)
        elif equals:
            changes.append(part)
        elif part not in RULES:
            names = ", ".join(RULES)
            raise InputError(
                f"--try must have parts that are a rule ({names}), KEY=VALUE, policy=SPEC or scenario=FILE, "
                f"got {part!r}{did_you_mean(part, list(RULES))}"
            )
    for rule in (RULES[part] for part in parts if part in RULES):
        scenario = scenario.replace(dict(rule))
    asked = read_changes(changes)
    fixed = sorted(asked.keys() & {"start", "n_days", "demand.recorded_calls", "city.streets", "city.part"})
    if fixed:
        raise InputError(f"--try must leave the calls, days and streets as they are, got {fixed[0]}")
    return Deployment(label.strip(), scenario.replace(asked) if asked else scenario, policy)


def _scenario_of(source: str, first: Scenario) -> Scenario:
    """Take the deployment of another scenario, for the calls and days of the first."""
    other = load_scenario(source)
    if other.city.streets != first.city.streets:
        raise InputError(f"--try: {source} must have the streets {first.city.streets!r}, got {other.city.streets!r}")
    return other.replace(
        {"start": first.start, "n_days": first.n_days, "demand.recorded_calls": first.demand.recorded_calls}
    )


def print_replay(answer: Replay, lang: Lang) -> None:
    """Print the verdict first, then what it stands on."""
    print_page(replay_page(answer, lang))
    for name, problem in answer.failures.items():
        Console(stderr=True, highlight=False).print(f"{name}: {problem}", markup=False, soft_wrap=True)
