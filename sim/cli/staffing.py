"""`cpsim staffing`."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from sim.batch.running.runs import folder_name
from sim.batch.staffing.force import roles_to_vary, town_of, with_force
from sim.batch.staffing.roster import DAYS_A_WEEK, Shifts
from sim.batch.staffing.search import Rule
from sim.batch.staffing.study import Answer, Question, study_staffing
from sim.batch.staffing.targets import read_targets
from sim.cli.cities import tell_of_city
from sim.cli.compare import MOST_DIGITS, read_seeds
from sim.cli.pages import print_table
from sim.cli.progress import day_bar, goes_on_from, tell, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.report import page
from sim.report.captions import stand_in_line, synthetic_label
from sim.report.names import strategy_name
from sim.report.staffing.text import (
    answer_sentence,
    margin_table,
    notes,
    own_sentence,
    roster_lines,
    step_table,
    study_head,
    theory_lines,
    write_staffing,
)
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario

MONTH = 30
USUAL_DAYS_ON = 5
DEFAULT_TARGETS = ("answered_1_within_10_pct>=90", "uncommitted_pct>=30")


def find_staffing(given: argparse.Namespace) -> int:
    """Search how many officers are enough, print the answer, and keep everything in a folder."""
    if given.days is None and not any(change.startswith("n_days") for change in given.changes):
        given.days = given.warm_up + MONTH  # next month; a scenario's year would ask for months as good as its mean
    scenario = scenario_from(given)
    if given.residents is not None:
        _refuse_both(given)
        scenario = town_of(scenario, given.residents)
    if scenario.is_cut:
        raise InputError(
            "staffing must be asked of a whole city or town, since a part has its share of the whole city's officers, "
            "got a part; take --residents N --officers N for a town of the part's size"
        )
    if given.officers is not None:
        scenario = with_force(scenario, roles_to_vary(scenario, ()), given.officers)
    seeds = read_seeds(given.seeds)
    spec = given.policy or scenario.policy
    question = Question(
        scenario, spec, make_policy(spec), read_targets(given.targets or DEFAULT_TARGETS),
        roles=tuple(given.roles), least=given.least, most=given.most,
        rule=Rule(given.sure, len(seeds), max(given.most_seeds, 1), given.most_runs),
        shifts=shifts_from(given, scenario),
    )  # fmt: skip
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-staffing")
    tell_of_city(scenario, given.lang)
    lang: Lang = given.lang
    compile_core(teller(lang))
    days = scenario.n_days - given.warm_up
    title = text(lang, "progress.staffing").format(policy=strategy_name(spec, lang), days=days)

    def say(force: int, n: int, p_enough: float) -> None:
        tell(text(lang, "progress.trials").format(force=force, n=n, p=f"{100 * p_enough:.0f}"))

    with goes_on_from(out, lang), day_bar(title, lang=lang) as progress:
        answer = study_staffing(
            question, seeds, out=out, workers=given.workers, from_day=given.warm_up, progress=progress, tell=say
        )
    files = write_staffing(answer, out)
    if not given.no_plots:
        from sim.report.staffing.picture import plot_staffing

        files += plot_staffing(answer, out=out / "staffing", lang=given.lang)
    print_staffing(answer, given.lang)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png", ".csv"}))
    return 1 if answer.failures else 0


def _refuse_both(given: argparse.Namespace) -> None:
    for option in ("scale", "part"):
        if getattr(given, option) is not None:
            raise InputError(f"--residents and --{option} both say how large the town is: give one of them")


def shifts_from(given: argparse.Namespace, scenario: Scenario) -> Shifts:
    """Read how people may work; leave and sickness are what the chance to be on duty leaves of a week of five days."""
    parts = given.starts.split(",")
    if not all(part.strip().isdecimal() and len(part) < MOST_DIGITS for part in parts):
        raise InputError(f"--starts must list hours such as 0,8,16, got {given.starts!r}")
    usual = max(0.0, 1.0 - scenario.force.p_on_duty * DAYS_A_WEEK / USUAL_DAYS_ON)
    away = round(usual, 4) if given.away is None else given.away
    starts = tuple(int(part) for part in parts)
    return Shifts(starts, given.shift_hours, given.days_on, given.crew, given.min_units, away)


def print_staffing(answer: Answer, lang: Lang) -> None:
    """Print the answer first, then what it stands on."""
    console = Console(highlight=False)

    def say(sentence: str, style: str = "") -> None:
        console.print(sentence, markup=False, soft_wrap=True, style=style)

    say(answer_sentence(answer, lang), "bold")
    say(own_sentence(answer, lang))
    say(study_head(answer, lang))
    say(synthetic_label(lang, short=True))
    if answer.question.scenario.stand_in:
        say(stand_in_line(answer.question.scenario, lang))
    for table in (margin_table(answer, lang), step_table(answer, lang)):
        if table[2]:
            print_table(console, page.Table(*table))
    for line in (*theory_lines(answer, lang)[:2], *roster_lines(answer, lang), *notes(answer, lang)):
        say(line)
    for run, problem in answer.failures.items():
        say(text(lang, "frame.failed").format(run=run, problem=problem), "red")
