"""`cpsim calibrate`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.batch.calibrate.match import Simulate, match_history
from sim.batch.calibrate.problem import Problem, read_problem, write_targets
from sim.batch.calibrate.through_store import home_of, store_proposer, store_simulator, store_simulator_apart
from sim.batch.running.local import local_runner
from sim.cli.pages import print_page
from sim.cli.progress import goes_on_from, run_bar, teller
from sim.compile_core import compile_core
from sim.disk import make_folder
from sim.validation.fitting import claims_simulator, refuse_what_claims_ignore, targets_of_claims


def calibrate(given: argparse.Namespace) -> int:
    """Find which parameters fit a city's own numbers, and keep points, tables and picture in the store."""
    problem = read_problem(given.file, targets_of_claims)
    if problem.asks_claims:
        refuse_what_claims_ignore(problem, ranks=given.ranks)
    out = home_of(problem, given.store)
    make_folder(out)
    write_targets(problem, out)
    compile_core(teller(given.lang))
    if given.ranks:
        with goes_on_from(given.store, given.lang):
            return _check(problem, out, given)
    with goes_on_from(given.store, given.lang), _simulator(problem, given) as simulate:
        find = _search if given.quick else _draw if given.abc else _match
        return find(problem, simulate, out, given)


def _match(problem: Problem, simulate: Simulate, out: Path, given: argparse.Namespace) -> int:
    from sim.report.calibration.text import describe_matching, write_matching

    matching = match_history(problem, simulate, store_proposer(problem, given.store))
    files = write_matching(matching, out)
    if matching.fits and not given.no_plots:
        from sim.report.calibration.picture import plot_calibration

        files += plot_calibration(matching, out=out / "calibration", lang=given.lang)
    print_page(describe_matching(matching, given.lang))
    print(", ".join(str(file) for file in files))
    return 0


def _search(problem: Problem, simulate: Simulate, out: Path, given: argparse.Namespace) -> int:
    from sim.batch.calibrate.quick import fit_quickly
    from sim.report.calibration.text import describe_quick, write_quick

    fit = fit_quickly(problem, simulate)
    files = write_quick(fit, out)
    print_page(describe_quick(fit, given.lang))
    print(", ".join(str(file) for file in files))
    return 0


def _draw(problem: Problem, simulate: Simulate, out: Path, given: argparse.Namespace) -> int:
    from sim.batch.calibrate.abc import fit_by_abc
    from sim.report.calibration.abc_text import describe_abc, write_abc

    fit = fit_by_abc(problem, simulate)
    files = write_abc(fit, out)
    print_page(describe_abc(fit, given.lang))
    print(", ".join(str(file) for file in files))
    return 0


def _check(problem: Problem, out: Path, given: argparse.Namespace) -> int:
    from sim.batch.calibrate.ranks import check_ranks
    from sim.report.calibration.ranks_text import describe_ranks, write_ranks

    with run_bar(problem.name, given.lang) as bar:
        simulate = store_simulator_apart(
            problem, given.store, local_runner(given.workers, problem.limit_minutes),
            beside=given.file.parent, progress=bar, tell=teller(given.lang),
        )  # fmt: skip
        ranks = check_ranks(problem, simulate)
    files = write_ranks(ranks, out)
    print_page(describe_ranks(ranks, given.lang))
    print(", ".join(str(file) for file in files))
    return 0


@contextmanager
def _simulator(problem: Problem, given: argparse.Namespace) -> Iterator[Simulate]:
    runner = local_runner(given.workers, problem.limit_minutes)
    with run_bar(problem.name, given.lang) as bar:
        by_measures = store_simulator(
            problem, given.store, runner, beside=given.file.parent, progress=bar, tell=teller(given.lang)
        )
        by_claims = claims_simulator(problem, home_of(problem, given.store), workers=given.workers, progress=bar)
        if not problem.asks_claims:
            yield by_measures
        elif not problem.asks_measures:
            yield by_claims
        else:
            yield lambda label, points: by_measures(label, points).merge(by_claims(label, points), on=["point", "seed"])
