"""`cpsim deploy`."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from sim.batch.deployment.goals import read_goals
from sim.batch.deployment.slots import read_begins
from sim.batch.deployment.study import Answer, Effort, Question, search_deployments
from sim.batch.deployment.today import Limits
from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.compare import read_seeds
from sim.cli.pages import print_table
from sim.cli.progress import goes_on_from, run_bar, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.policies.contract.registry import make_policy
from sim.report import page
from sim.report.captions import stand_in_line, synthetic_label
from sim.report.deployment.calendar import check_zone
from sim.report.deployment.files import write_deployment
from sim.report.deployment.text import answer_sentence, difference_table, head_line, notes, point_sentence
from sim.report.names import scenario_name
from sim.report.texts import Lang, text

FOUR_WEEKS = 28


def deploy(given: argparse.Namespace) -> int:
    """Search deployments, print the answer, and keep everything in a folder."""
    if given.days is None and not any(change.startswith("n_days") for change in given.changes):
        given.days = given.warm_up + FOUR_WEEKS
    if given.redraw_beats:
        from sim.cli.beats import redraw

        return redraw(given)
    scenario = scenario_from(given)
    spec = given.policy or scenario.policy
    question = Question(
        scenario, spec, make_policy(spec), limits_from(given), read_goals(given.goals),
        Effort(given.trials, given.points, given.screen_seeds, sampler=given.sampler),
    )  # fmt: skip
    seeds, zone, lang = read_seeds(given.seeds), zone_from(given), given.lang
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-deploy")
    tell_of_city(scenario, lang)
    compile_core(teller(lang))
    title = text(lang, "deploy.progress").format(scenario=scenario_name(scenario.name, lang))
    with goes_on_from(out, lang), run_bar(title, lang) as progress:
        answer = search_deployments(
            question, seeds, out=out, workers=given.workers, from_day=given.warm_up, progress=progress
        )
    files = write_deployment(answer, out, zone=zone, lang=lang)
    if not given.no_plots:
        from sim.report.deployment.picture import plot_deployment

        files += plot_deployment(answer, out=out / "deployment", lang=lang)
    print_deployment(answer, lang)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png", ".ics", ".toml"}))
    return 0


def limits_from(given: argparse.Namespace) -> Limits:
    """Read what a deployment may be."""
    begins = () if given.deploy_starts is None else read_begins(given.deploy_starts.split(","))
    return Limits(
        given.deploy_role, begins, given.deploy_hours, given.deploy_officers, given.min_crew, given.min_on_duty
    )


def zone_from(given: argparse.Namespace) -> str:
    """Give the time zone of the calendars: the one asked for, or that of a force's folder."""
    if given.time_zone is not None:
        return check_zone(given.time_zone)
    folder = Path(str(given.scenario)) if given.force is None else given.force
    if not (folder.is_dir()):
        return ""
    from sim.force.settings import read_settings

    return check_zone(read_settings(folder).places.time_zone)


def print_deployment(answer: Answer, lang: Lang) -> None:
    """Print the answer first, then what it stands on."""
    console = Console(highlight=False)

    def say(sentence: str, style: str = "") -> None:
        console.print(sentence, markup=False, soft_wrap=True, style=style)

    say(answer_sentence(answer, lang), "bold")
    for letter in answer.points:
        say(point_sentence(answer, letter, lang))
    say(head_line(answer, lang))
    say(synthetic_label(lang, short=True))
    if answer.question.scenario.stand_in:
        say(stand_in_line(answer.question.scenario, lang))
    if answer.points:
        print_table(console, page.Table(*difference_table(answer, lang)))
    for line in notes(answer, lang):
        say(line)
