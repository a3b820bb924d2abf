"""Make the runs of a sweep on a Dask cluster: one that is there, or one that a queueing system starts.

Runs travel in chunks that take half a minute and more, so that the scheduler is not the bottleneck; the first chunks
hold one run, since nobody knows yet how long it takes. A worker that dies costs its chunk, which Dask gives to
another; a chunk that kills three workers comes apart into single runs, so that the one at fault is named.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from sim.batch.running.once import Job, Result, do_run
from sim.batch.running.workers import ATTEMPTS, LOOK_EVERY_S, Outcome
from sim.batch.study.identity import model_version
from sim.batch.study.sweep import Jobs, Outcomes, Runner
from sim.errors import DiskError, InputError

CHUNK_S = 30.0
MOST_A_CHUNK = 1000
WAITING_A_WORKER = 2
PATIENCE_S = 20.0
"""How long to wait for the scheduler."""

Chunk = tuple[tuple[str, Job], ...]


def dask_runner(address: str) -> Runner:
    """Make runs on the cluster whose scheduler has an address.

    Raises
    ------
    InputError
        If the extra is not installed, nobody answers, or the workers have another model or several threads.
    """
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError("--dask needs the extra [cluster]: pip install 'community-policing-sim[cluster]'") from error

    def run_all(jobs: Jobs) -> Outcomes:
        try:
            connect: Any = distributed.Client
            client = connect(address, timeout=PATIENCE_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(f"--dask must be the address of a Dask scheduler that answers, got {address!r}") from error
        with client:
            yield from _run_on(client, iter(jobs))

    return run_all


def _run_on(client: Any, jobs: Iterator[tuple[str, Job]]) -> Outcomes:  # noqa: ANN401 - a class without types
    running: dict[Any, Chunk] = {}
    again: deque[Chunk] = deque()
    seconds = 0.0
    n_done = 0
    while True:
        n_slots = _count_slots(client)
        size = 1 if n_done < n_slots else max(1, min(MOST_A_CHUNK, int(CHUNK_S * n_done / max(seconds, 1e-9))))
        while len(running) < n_slots * WAITING_A_WORKER:
            chunk = again.popleft() if again else tuple(job for _, job in zip(range(size), jobs, strict=False))
            if not chunk:
                break
            # Pure results of equal arguments would be shared; a name of our own keeps chunks apart.
            running[client.submit(do_chunk, chunk, model_version(), pure=False, retries=0)] = chunk
        if not running:
            return
        finished = [future for future in running if future.done()]
        if not finished:
            time.sleep(min(LOOK_EVERY_S, 0.05))
            yield None
        for future in finished:
            chunk = running.pop(future)
            if future.status == "error":
                yield from _give_up(future, chunk, again)
                continue
            for outcome in future.result():
                seconds += 0.0 if outcome.value is None else outcome.value.seconds
                n_done += 1
                yield outcome


def _count_slots(client: Any) -> int:  # noqa: ANN401 - as above
    """Count the workers, or one while none has come; threads of one process would compile into each other's hands."""
    threads = client.nthreads()
    if any(n > 1 for n in threads.values()):
        raise InputError(
            f"every Dask worker must have one thread, got one with {max(threads.values())}: "
            "start them with --nthreads 1, or, of dask-jobqueue, with processes= the same as cores="
        )
    return max(len(threads), 1)


def _give_up(future: Any, chunk: Chunk, again: deque[Chunk]) -> Outcomes:  # noqa: ANN401 - as above
    """Take a chunk apart that killed its workers; a single run that did is named."""
    error = future.exception()
    if isinstance(error, InputError):
        raise error
    if len(chunk) > 1:
        again.extend((job,) for job in chunk)
        return
    problem = f"its worker was killed {ATTEMPTS} times or more: {type(error).__name__}"
    yield Outcome(chunk[0][0], None, problem, ATTEMPTS, poisoned=True)


def do_chunk(chunk: Chunk, model: str) -> list[Outcome[str, Result]]:
    """Work on a cluster: make some runs, one after the other.

    Raises
    ------
    InputError
        If this worker has another model than the one that the sweep was planned with.
    """
    if model_version() != model:
        raise InputError(
            f"every worker must have the model {model} that the sweep was planned with, got {model_version()}; "
            "install the same version everywhere"
        )
    return [_do_one(run, job) for run, job in chunk]


def _do_one(run: str, job: Job) -> Outcome[str, Result]:
    try:
        return Outcome(run, do_run(job), "", 1)
    except DiskError as error:
        return Outcome(run, None, str(error), 1, postponed=True)
    except InputError as error:
        return Outcome(run, None, str(error), 1)
    except Exception as error:  # a failed run is a row, not the end of the sweep
        return Outcome(run, None, f"{type(error).__name__}: {error}", 1, poisoned=True)
