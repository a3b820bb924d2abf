"""`cpsim day`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.pages import print_page
from sim.cli.progress import day_bar, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.policies.contract.registry import make_policy
from sim.report.day.choose import check_choice, choose_officer, choose_resident
from sim.report.day.diary import officer_diary, resident_diary
from sim.report.day.text import describe_day, write_day
from sim.report.day.watch import watch_day
from sim.report.names import scenario_name, strategy_name
from sim.report.texts import Lang, text


def follow_day(given: argparse.Namespace) -> int:
    """Run a scenario up to a day, follow an officer and a resident through it, and write what was seen."""
    lang: Lang = given.lang
    check_choice(given.officer, given.resident)
    scenario = scenario_from(given)
    policy = make_policy(scenario.policy if given.policy is None else given.policy)
    label = f"{scenario.name}-{policy.name}-seed{given.seed}-day{given.day}"
    out = given.out or Path("runs") / folder_name(label)
    tell_of_city(scenario, lang)
    compile_core(teller(lang))
    title = text(lang, "day.progress").format(
        scenario=scenario_name(scenario.name, lang), policy=strategy_name(policy.name, lang), day=given.day
    )
    with day_bar(title, scenario.clock, lang=lang) as progress:
        watched = watch_day(scenario, policy, given.seed, given.day, progress=progress)
    resident = choose_resident(watched, given.resident)
    officer = choose_officer(watched, given.officer, resident)
    diaries = [officer_diary(watched, officer), resident_diary(watched, resident)]
    files = write_day(watched, diaries, out, lang)

    from sim.report.day.picture import draw_day
    from sim.report.style import save_figure

    for diary in diaries:
        files += save_figure(draw_day(watched, diary, lang=lang), out / diary.who)
    print_page(describe_day(watched, diaries, lang))
    print(", ".join(str(file) for file in files))
    return 0
