"""A crew keeps its processes from one batch to the next, and no longer."""

from __future__ import annotations

import os
import signal

from work import pid_and_sleep

from sim.batch.running.crew import Crew
from sim.batch.running.workers import work_through


def pids(crew, n_jobs=2):
    """Name the processes that do some jobs."""
    found = work_through(enumerate([0.0] * n_jobs), pid_and_sleep, workers=crew)
    return {one.value for one in found if one is not None}


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_next_batch_has_the_same_processes_and_they_end_with_the_crew():
    crew = Crew(2)
    first = pids(crew)
    assert len(first) == 2
    assert pids(crew) == first
    assert pids(crew, n_jobs=1) < first
    del crew
    assert not any(is_there(pid) for pid in first)


def test_a_process_that_died_between_two_batches_is_replaced():
    crew = Crew(1)
    (first,) = pids(crew)
    os.kill(first, signal.SIGKILL)
    (second,) = pids(crew)
    assert second != first


def test_a_batch_that_is_left_early_ends_what_is_at_work_and_the_next_one_does_all_its_jobs():
    crew = Crew(2)
    batch = work_through(enumerate([0.0, 600.0]), pid_and_sleep, workers=crew)
    idle = next(one for one in batch if one is not None).value
    batch.close()
    assert len(pids(crew)) == 2
    assert is_there(idle)


def test_two_batches_at_the_same_time_have_processes_of_their_own():
    crew = Crew(1)
    outer = work_through(enumerate([0.0, 0.0]), pid_and_sleep, workers=crew)
    first = next(one for one in outer if one is not None).value
    (inner,) = pids(crew, n_jobs=1)
    assert inner != first
    assert [one.value for one in outer if one is not None] == [first]
    assert pids(crew, n_jobs=1) <= {inner, first}
