"""`cpsim validate --ablations`: each mechanism cut in turn."""

from __future__ import annotations

import argparse

from sim.cli.pages import print_page
from sim.cli.progress import goes_on_from, run_bar, teller
from sim.compile_core import compile_core
from sim.disk import make_folder
from sim.errors import InputError
from sim.report.card.ablations import describe_ablations, write_ablations
from sim.report.texts import text
from sim.validation.ablations import compare_ablation, load_ablations, plan_ablation
from sim.validation.asking import ask
from sim.validation.claim import load_claims


def cut_mechanisms(given: argparse.Namespace) -> int:
    """Ask the claims with and without each mechanism, and tell which break."""
    if given.force is not None or given.scenario is not None:
        raise InputError("--ablations asks every claim of its own city: leave out --scenario and --force")
    claims = load_claims()
    ablations = load_ablations(claims)
    plans = {one.key: plan_ablation(one, claims, given.ablations) for one in ablations}
    jobs = {job.name: job for with_it, without in plans.values() for job in (*with_it, *without)}
    make_folder(given.out)
    compile_core(teller(given.lang))
    folder = given.out / "answers"
    with goes_on_from(given.out, given.lang), run_bar(text(given.lang, "card.asking"), given.lang) as count:
        answers, failures = ask(jobs.values(), folder, workers=given.workers, progress=count)
    answered = dict(zip([name for name in jobs if name not in failures], answers, strict=True))
    found = {}
    for one in ablations:
        with_it, without = ([answered[job.name] for job in some if job.name in answered] for some in plans[one.key])
        found[one.key] = (one, compare_ablation(one, claims, with_it, without))
    files = write_ablations(found, given.out)
    print_page(describe_ablations(found, given.lang))
    for name, why in failures.items():
        print(text(given.lang, "frame.failed").format(run=name, problem=why))
    print(", ".join(str(file) for file in files))
    return 1 if failures else 0
