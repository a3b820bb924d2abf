"""Runs that are the same up to a day: made once up to there, and continued each by itself.

Thirty-two variants of a reform that comes in after three years have the same three years before them, to the byte.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing, suppress

from sim.batch.running.many import Progress, days_done, days_to_do
from sim.batch.running.runs import RunPlan, describe_plan, ensure_run
from sim.batch.running.workers import work_through
from sim.disk import make_folder, remove, temporary_of
from sim.errors import InputError
from sim.ledger.check import digest_of_manifest
from sim.ledger.manifest import MANIFEST, write_manifest
from sim.ledger.provenance import difference
from sim.ledger.run_folder import PART_DAYS, read_manifest
from sim.world import build_city


class ReachedError(Exception):
    """Say that a run has come as far as it should for now."""


def begin_together(
    groups: Sequence[Sequence[RunPlan]], *, n_days: int, workers: int, progress: Progress | None = None
) -> None:
    """Run the first plan of each group up to the last checkpoint within so many days, and begin the others from there.

    What is there already stays: a run that has begun is left to whoever continues it. A group that cannot be begun
    so is left alone, and its runs begin by themselves.

    Parameters
    ----------
    groups
        plans of one seed that differ in nothing before day `n_days`
    workers, progress
        as in `sim.batch.running.many.run_many`
    """
    day = n_days // PART_DAYS * PART_DAYS
    if day == 0:
        return
    plans = [plan for group in groups for plan in group]
    waiting = [group for group in groups if any(not (plan.folder / MANIFEST).exists() for plan in group)]
    jobs = ((i, (tuple(group), day)) for i, group in enumerate(waiting))
    with closing(work_through(jobs, begin_group, workers=workers)) as outcomes:
        for outcome in outcomes:
            if outcome is not None:
                outcome.stop_if_postponed()
            if progress is not None:
                progress(sum(days_done(plan.folder) for plan in plans), days_to_do(plans))


def begin_group(job: tuple[tuple[RunPlan, ...], int]) -> None:
    """Run the first plan up to a day at which a checkpoint is due, and begin the others from its checkpoint."""
    (first, *others), day = job

    def stop_there(done: int, _: int) -> None:
        if done >= day:
            raise ReachedError

    if days_done(first.folder) < day:
        with suppress(ReachedError):
            ensure_run(first, progress=stop_there)
    if days_done(first.folder) == day:
        fork_run(first, [plan for plan in others if not (plan.folder / MANIFEST).exists()])


def fork_run(source: RunPlan, others: Sequence[RunPlan]) -> None:
    """Begin other runs from the checkpoint of one that differs from them in nothing so far.

    Raises
    ------
    InputError
        If the folder of the source holds another run.
    """
    manifest = read_manifest(source.folder)
    city = build_city(source.scenario)
    other = difference(manifest["inputs"], describe_plan(source, city)["inputs"])
    if other:
        raise InputError(f"{source.folder} holds another run: {other}; choose another folder")
    for plan in others:
        begun = temporary_of(plan.folder)
        remove(begun)
        make_folder(begun.parent)
        shutil.copytree(source.folder, begun, ignore=shutil.ignore_patterns(MANIFEST))
        own = manifest | describe_plan(plan, city)
        write_manifest(begun, own | {"digest": digest_of_manifest(own)})
        begun.rename(plan.folder)
