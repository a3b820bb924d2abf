"""`cpsim validate`: the card of claims."""

from __future__ import annotations

import argparse

from sim.batch.study.identity import model_version
from sim.cli.pages import print_page
from sim.cli.progress import goes_on_from, run_bar, teller
from sim.cli.scenarios import read_changes
from sim.compile_core import compile_core
from sim.disk import make_folder
from sim.errors import InputError
from sim.ledger.provenance import wall_clock
from sim.report.card.text import describe_card, write_card
from sim.report.page import pick
from sim.report.texts import Lang, text
from sim.validation.asking import ask, plan_jobs
from sim.validation.card import Card, by_fact, judge
from sim.validation.claim import Claims, load_claims
from sim.validation.exact.answer import ExactAnswer


def validate(given: argparse.Namespace) -> int:
    """Ask the claims, print the card, and keep it with its picture."""
    claims = load_claims()
    claims = claims.only(given.only) if given.only else claims
    if given.list:
        _list(claims, given.lang)
        return 0
    changes = read_changes(given.changes)
    scenario = _asked_scenario(given)
    claims = claims.about(scenario) if scenario else claims
    jobs = plan_jobs(claims, quick=not given.full, changes=changes, on_rewired=given.full)
    if not jobs and any(not claim.not_here for claim in claims.claims.values()):
        raise InputError(text(given.lang, "card.nothing"))
    make_folder(given.out)
    compile_core(teller(given.lang))
    with goes_on_from(given.out, given.lang), run_bar(text(given.lang, "card.asking"), given.lang) as count:
        answers, failures = ask(jobs, given.out / "answers", workers=given.workers, progress=count)
    exact = [] if given.only else _ask_exact(given.lang, full=given.full)
    facts = by_fact(judge(claims, answers, failures))
    scenarios = scenario or ", ".join(sorted({job.setting.scenario for job in jobs}))
    card = Card(tuple(facts), scenarios, changes, not given.full, model_version(), wall_clock(), failures, tuple(exact))
    files = write_card(card, given.out)
    if not given.no_plots:
        from sim.report.card.picture import plot_card

        files += plot_card(card, out=given.out / "card", lang=given.lang)
    print_page(describe_card(card, given.lang, short=True))
    print(", ".join(str(file) for file in files))
    return 1 if failures or not all(one.holds for one in exact) else 0


def _asked_scenario(given: argparse.Namespace) -> str | None:
    """Give the scenario that is asked instead of New Haven: one that is named, or the folder of a force."""
    if given.force is None:
        scenario: str | None = given.scenario
        return scenario
    if given.scenario is not None:
        raise InputError(f"--force and --scenario say the same thing: give one of them, got {given.scenario!r} as well")
    from sim.cli.force import scenario_source

    return scenario_source(str(given.force), given.lang)


def _ask_exact(lang: Lang, *, full: bool) -> list[ExactAnswer]:
    from sim.validation.exact.checks import CHECKS, ask_all

    with run_bar(text(lang, "card.asking_exact"), lang) as count:
        return ask_all(CHECKS, full=full, progress=lambda done, total: count(done, total, 0))


def _list(claims: Claims, lang: Lang) -> None:
    for claim in claims.claims.values():
        print(f"{claim.family}  {claim.fact}  {claim.key}: {pick(lang, claim.says, claim.says_zh)}")
