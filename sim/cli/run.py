"""`cpsim run`."""

from __future__ import annotations

import argparse
from math import isnan
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sim.batch.running.runs import RunPlan, begin_run, continue_run, count_orders_of, folder_name, summarise_folder
from sim.cli.cities import tell_of_city
from sim.cli.progress import day_bar, tell, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.ledger.manifest import MANIFEST
from sim.ledger.run_folder import read_manifest
from sim.outcomes.measures import MEASURES, choose_headline
from sim.policies.contract.registry import make_policy
from sim.policies.protocol import PolicyModel
from sim.policies.reactive import Reactive
from sim.policies.visiting import meant_a_year
from sim.report.captions import residents_words
from sim.report.comparison.doses import dose_sentence
from sim.report.names import notice_line, scenario_name, strategy_name
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario


def run(given: argparse.Namespace) -> int:
    """Run one strategy into a folder and print its results."""
    scenario = scenario_from(given)
    policy = make_policy(scenario.policy if given.policy is None else given.policy)
    folder = given.out or Path("runs") / folder_name(f"{scenario.name}-{policy.name}-seed{given.seed}")
    plan = RunPlan(scenario, policy, given.seed, folder)
    if given.resume and not (folder / MANIFEST).exists():
        raise InputError(f"{folder} holds no run to resume: leave out --resume to begin one")
    lang: Lang = given.lang
    tell_of_city(scenario, lang)
    compile_core(teller(lang))
    act = continue_run if given.resume else begin_run
    try:
        with day_bar(_title(scenario, policy, given.seed, lang), scenario.clock, lang=lang) as progress:
            act(plan, progress=progress)
    except KeyboardInterrupt:
        _tell_how_to_resume(folder, lang)
        raise
    measures = print_run(folder, lang)
    short = dose_sentence(strategy_name(policy.name, lang), meant_a_year(policy), measures, lang)
    if short:
        Console(highlight=False).print(short, style="yellow", markup=False, soft_wrap=True)
    return 0


def print_run(folder: Path, lang: Lang = "en") -> dict[str, float]:
    """Print the measures that matter most, and where the rest is; give all of them."""
    manifest = read_manifest(folder)
    measures: dict[str, float] = summarise_folder(folder).to_dict()
    console = Console(highlight=False)
    table = Table(box=None, show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name in choose_headline():
        about = MEASURES[name]
        value = "–" if isnan(measures[name]) else f"{measures[name]:.{about.decimals}f}"
        table.add_row(about.label(lang), value, about.unit(lang))
    done = text(lang, "run.done").format(days=manifest["n_days_done"], folder=folder)
    console.print(done, style="bold", markup=False, soft_wrap=True)
    console.print(table)
    policy = manifest["inputs"]["policy"]["name"]
    if policy != Reactive.name and count_orders_of(folder) == 0:
        note = text(lang, "orders.none_in_run").format(
            policy=strategy_name(policy, lang), reactive=strategy_name(Reactive.name, lang)
        )
        console.print(note, style="yellow", markup=False, soft_wrap=True)
    people = residents_words(manifest["inputs"]["scenario"], lang)
    console.print(people, soft_wrap=True, markup=False)
    if streets := manifest["attribution"]:
        console.print(notice_line(streets, lang), soft_wrap=True, markup=False)
    rest = text(lang, "run.next").format(digest=manifest["digest"][:16], folder=folder)
    console.print(rest, soft_wrap=True, markup=False)
    return measures


def _title(scenario: Scenario, policy: PolicyModel, seed: int, lang: Lang) -> str:
    return text(lang, "progress.run").format(
        scenario=scenario_name(scenario.name, lang), policy=strategy_name(policy.name, lang), seed=seed
    )


def _tell_how_to_resume(folder: Path, lang: Lang) -> None:
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        done, total = manifest["n_days_done"], manifest["inputs"]["scenario"]["n_days"]
        tell(text(lang, "progress.days_kept").format(done=done, total=total, folder=folder))
