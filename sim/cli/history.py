"""`cpsim history`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.batch.history.answer import answer, published_of, write_tables
from sim.batch.history.arms import Histories, Size, make_worlds, read_histories, write_histories
from sim.batch.history.many import make_runs, n_there, plan_runs
from sim.batch.history.published import read_sets
from sim.batch.history.verdicts import Collected
from sim.batch.running.runs import folder_name
from sim.batch.study.carried import find_sets
from sim.cli.cities import tell_of_city
from sim.cli.compare import read_seeds
from sim.cli.pages import print_page
from sim.cli.progress import goes_on_from, run_bar, teller
from sim.cli.scenarios import read_changes
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.report.history.text import describe_history, write_history
from sim.report.texts import Lang, text

OWN_SETS = "own"
"""What `--parameters` stands for without a file: the sets that the histories name."""


def tell_history(given: argparse.Namespace) -> int:
    """Run the histories of a city, and tell which of them what data could tell apart."""
    lang: Lang = given.lang
    if given.copy is not None:
        write_histories(given.histories, given.copy)
        print(given.copy)
        return 0
    if not 0.0 <= given.spread < 1.0:
        raise InputError(f"--spread must be a share of 0 or more and below 1, for instance 0.05, got {given.spread:g}")
    histories, folder = read_histories(given.histories)
    size = Size(given.scale, given.part, given.days, read_changes(given.changes))
    worlds = make_worlds(histories, folder, size)
    published = published_of(histories, folder)
    points, weights = read_sets(_sets_file(given.parameters, histories, folder), worlds)
    seeds = tuple(read_seeds(str(histories.seeds) if given.seeds is None else given.seeds))
    first = next(iter(worlds.values())).scenario
    tell_of_city(first, lang)
    out: Path = given.out or Path("runs") / folder_name(f"{first.name}-history")
    runs = plan_runs(worlds, points, seeds)
    if given.dry_run:
        there = n_there(runs, out)
        print(text(lang, "sweep.runs").format(n=f"{len(runs):,}", there=f"{there:,}"))
        return 0
    compile_core(teller(lang))
    with goes_on_from(out, lang), run_bar(out.name, lang) as progress:
        made = make_runs(
            histories, worlds, (points, weights), seeds, out, workers=given.workers, progress=progress
        )  # fmt: skip
    districts = histories.districts if given.districts is None else given.districts
    told = answer(made, published, Collected(given.survey, districts, given.spread))
    files = [*write_history(told, out), *write_tables(told, out)]
    if not given.no_plots:
        from sim.report.history.picture import plot_history

        files += plot_history(told, out=out, lang=lang)
    print_page(describe_history(told, lang, short=True))
    print(", ".join(str(file) for file in files))
    return 1 if made.failures else 0


def _sets_file(named: str | None, histories: Histories, folder: Path) -> Path | None:
    """Find the file of parameter sets; none where one set is to be run."""
    if named is None:
        return None
    if named != OWN_SETS:
        return find_sets(Path(named))
    if not histories.sets:
        raise InputError("--parameters needs a file here, since these histories name no `sets` of their own")
    return folder / histories.sets
