"""One task of an array: its share of the runs of a study, put where the sweep that comes last collects them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sim.batch.running.local import local_runner
from sim.batch.running.once import Job
from sim.batch.store.store import JOURNAL, PENDING, QUARANTINE, StudyFolder
from sim.batch.study.plan import Plan
from sim.batch.study.sweep import jobs_of, take_outcome
from sim.disk import make_folder
from sim.errors import InputError


def read_shard(text: str) -> tuple[int, int]:
    """Read '3/64' as the third of 64."""
    number, slash, of = text.partition("/")
    if slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
        return int(number), int(of)
    raise InputError(f"--shard must read like 3/64, the third of 64, got {text!r}")


def run_shard(  # noqa: PLR0913, PLR0917 - what, where, which
    plan: Plan, text: str, store: Path, shard: str, workers: int, tell: Callable[[str], None]
) -> int:
    """Make every N-th missing run of a study, and give how many failed.

    Tasks of an array do not wait for each other, so none of them writes a part or the manifest: each puts its runs down
    one by one, and the same command without `--shard` collects them.

    Raises
    ------
    InputError
        If the study has a rule that stops it, which needs to see all runs.
    """
    number, of = read_shard(shard)
    if plan.study.has_rule:
        raise InputError(
            "--shard cannot be used with [stop] or [allocate], which look at all runs: leave one of them out"
        )
    folder = StudyFolder(store / plan.study.name, plan, text)
    make_folder(folder.path)
    folder.load_pending(_leave)
    folder.load_quarantine(_leave)
    folder.look_up(plan.rows(plan.study.all_seeds))
    journal = JOURNAL.replace(".jsonl", f"-{number}of{of}.jsonl")
    n_done = n_failed = 0
    with closing(local_runner(workers, plan.study.limit_minutes)(_share(folder, number, of))) as outcomes:
        for outcome in outcomes:
            if outcome is None:
                continue
            take_outcome(folder, outcome, folder.put_pending, journal)
            n_done += outcome.value is not None
            n_failed += outcome.value is None
    tell(f"shard {number} of {of}: {n_done:,} runs made, {n_failed:,} failed; {PENDING} and {QUARANTINE} hold them")
    return n_failed


def _leave(damaged: Path) -> None:
    """Leave a damaged file to the sweep that collects; other tasks read it, too, and its run is made again."""


def _share(folder: StudyFolder, number: int, of: int) -> Iterator[tuple[str, Job]]:
    """Take every N-th run of the whole plan, so that a task that runs again takes the same ones."""
    mine = set(folder.rows["run"].drop_duplicates().iloc[number - 1 :: of])
    return ((run, job) for run, job in jobs_of(folder) if run in mine)
