"""Make the runs of a sweep in processes of this machine."""

from __future__ import annotations

from sim.batch.running.crew import Crew
from sim.batch.running.once import do_run
from sim.batch.running.process import end_if_loading
from sim.batch.running.workers import work_through
from sim.batch.study.sweep import Jobs, Outcomes, Runner


def local_runner(workers: int, limit_minutes: float) -> Runner:
    """Make runs in several processes, which are kept from one call to the next; no run may be longer than a limit."""
    end_if_loading()  # before a script without guard takes the lock of a store
    crew = Crew(workers)

    def run_all(jobs: Jobs) -> Outcomes:
        return work_through(jobs, do_run, workers=crew, limit_s=60.0 * limit_minutes)

    return run_all
