"""A sweep: all runs of a study, made by whoever is there, put into the store, and gone on with after any stop."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sim.batch.running.once import Job, Result
from sim.batch.running.workers import Outcome
from sim.batch.store.reuse import LEDGERS
from sim.batch.store.store import COMPLETE, DECIDED, FAILED, JOURNAL, StudyFolder
from sim.batch.study.plan import Plan
from sim.batch.study.stages import next_rows
from sim.disk import make_folder
from sim.errors import InputError
from sim.ledger.provenance import made_with, wall_clock

LOCK = "lock"

Jobs = Iterable[tuple[str, Job]]
Outcomes = Generator[Outcome[str, Result] | None, None, None]
Runner = Callable[[Jobs], Outcomes]
"""Whoever makes runs: processes of this machine, a cluster."""
Progress = Callable[[int, int, int], None]
"""Called with the runs done, to do and failed; may raise to stop."""


def sweep(  # noqa: PLR0913 - what, where, by whom
    plan: Plan,
    text: str,
    store: Path,
    run_all: Runner,
    *,
    progress: Progress | None = None,
    tell: Callable[[str], None] | None = None,
    new_model: bool = False,
    again: bool = False,
) -> StudyFolder:
    """Make every run of a study that is not in the store yet.

    Parameters
    ----------
    plan, text
        the study worked out, and the text of its file
    store
        folder of all studies; runs that any of them holds are not made again
    run_all
        makes the runs
    tell
        called with sentences for the user
    new_model
        go on although the runs there were made by another model; they are put aside
    again
        try runs again that failed before

    Raises
    ------
    InputError
        If somebody else is at work on the study, the model has changed, or the disk is full.
    """
    with open_study(plan, text, store, new_model=new_model, again=again) as folder:
        while len(rows := next_rows(plan, folder)):
            folder.extend(rows)
            for note in folder.notes:
                if tell is not None:
                    tell(note)
            folder.notes.clear()
            make_missing(folder, run_all, progress)
        decided = plan.study.has_rule and len(folder.rows) < len(plan.arms) * len(plan.study.all_seeds)
        folder.finish(FAILED if folder.failed else DECIDED if decided else COMPLETE)
    return folder


@contextmanager
def open_study(
    plan: Plan, text: str, store: Path, *, new_model: bool = False, again: bool = False
) -> Iterator[StudyFolder]:
    """Open the folder of a study for writing; nobody else may write into it meanwhile."""
    path = store / plan.study.name
    make_folder(path)
    try:
        held = FileLock(path / LOCK).acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"one sweep may work on {path} at a time, and another one does: wait for it, or stop it"
        ) from error
    with held:
        folder = StudyFolder(path, plan, text)
        folder.open(new_model=new_model, again=again)
        folder.note({"begun": wall_clock(), "host": socket.gethostname(), "made_with": made_with()})
        yield folder


def jobs_of(folder: StudyFolder) -> Iterator[tuple[str, Job]]:
    """List the runs still to do, with all that a worker needs."""
    plan = folder.plan
    seeds = plan.seeds_kept
    for run, number, seed in folder.missing():
        scenario, policy = plan.world(plan.arms[number])
        kept = (folder.path / LEDGERS / run).resolve() if seed in seeds else None
        sources = plan.sources[plan.arms[number].strategy]
        yield run, Job(run, scenario, policy, seed, plan.study.warm_up, kept, sources)


def take_outcome(
    folder: StudyFolder, outcome: Outcome[str, Result], keep: Callable[[str, Result], None], journal: str = JOURNAL
) -> None:
    """Put what became of a run where it belongs, and note it in a journal; `keep` takes a run that is done.

    Raises
    ------
    InputError
        If the run must wait because the disk is full: it is neither done nor failed.
    """
    outcome.stop_if_postponed()
    if outcome.value is not None:
        keep(outcome.key, outcome.value)
        event = {"run": outcome.key, "at": wall_clock(), "seconds": round(outcome.value.seconds, 3)}
    else:
        folder.fail(outcome.key, {"run": outcome.key, "problem": outcome.problem})
        event = {"run": outcome.key, "at": wall_clock(), "problem": outcome.problem}
    folder.note(event | {"attempts": outcome.attempts}, journal)


def make_missing(folder: StudyFolder, run_all: Runner, progress: Progress | None) -> None:
    """Make the runs that the folder was told of and does not hold yet."""
    n_missing = folder.n_missing()
    n_before = folder.n_planned - n_missing - len(folder.failed)
    n_done = 0
    if progress is not None:
        progress(n_before, folder.n_planned, len(folder.failed))
    if not n_missing:
        return
    try:
        with closing(run_all(jobs_of(folder))) as outcomes:
            for outcome in outcomes:
                if outcome is not None:
                    take_outcome(folder, outcome, folder.take)
                    n_done += outcome.value is not None
                if progress is not None:
                    progress(n_before + n_done, folder.n_planned, len(folder.failed))
    finally:
        folder.flush()
