"""Work through many jobs in processes of this machine: one that dies costs its job, not the batch.

A worker that is killed (for want of memory, by an operator) is replaced, and its job is tried again; a job that kills
three workers is named and left out. Workers end by themselves when the process that they work for is gone.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from sim.errors import InputError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LOOK_EVERY_S = 0.5
"""How often the caller hears that nothing has come in."""
ATTEMPTS = 3
"""Workers that a job may cost before it is left out."""
BREAKS_IN_A_ROW = 5
"""Pools that may break before any job is done; an idle worker that is killed breaks one."""
WAITING_A_WORKER = 2
"""Jobs that wait for each worker, so that none is idle and few are lost when the batch stops."""


@dataclass(frozen=True)
class Outcome(Generic[K, V]):
    """Hold what became of a job: a value, or the problem."""

    key: K
    value: V | None
    problem: str
    attempts: int
    poisoned: bool = False
    """whether it failed for another reason than its inputs, and might not when tried again"""


@dataclass
class _Pending(Generic[K, V]):
    key: K
    argument: object
    attempts: int = 1


def work_through(
    jobs: Iterable[tuple[K, object]],
    do: Callable[..., V],
    *,
    workers: int,
    limit_s: float | None = None,
) -> Generator[Outcome[K, V] | None, None, None]:
    """Do every job in one of several processes.

    Parameters
    ----------
    jobs
        a key and the argument of `do`; taken one by one as workers become free
    do
        a function of a module, so that another process can find it
    limit_s
        longest time of one job

    Yields
    ------
    outcome
        in the order in which they come in; None when nothing came in for a while
    """
    todo = iter(jobs)
    again: deque[_Pending[K, V]] = deque()
    running: dict[Future[V], _Pending[K, V]] = {}
    pool, n_broken = _new_pool(workers), 0
    try:
        while True:
            while len(running) < workers * WAITING_A_WORKER:
                one = again.popleft() if again else _next(todo)
                if one is None:
                    break
                running[pool.schedule(do, args=(one.argument,), timeout=limit_s)] = one
            if not running:
                return
            done, _ = wait(running, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            if not done:
                yield None
            broken = False
            for future in done:
                one = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):  # not the fault of this job
                    broken = True
                    again.append(one)
                    continue
                outcome = _outcome(future, one, limit_s)
                if outcome is None:
                    one.attempts += 1
                    again.append(one)
                else:
                    n_broken = 0
                    yield outcome
            if broken:
                n_broken += 1
                _end(pool)
                if n_broken > BREAKS_IN_A_ROW:
                    raise InputError(
                        f"workers must live long enough to make a run, and {n_broken} times in a row they were "
                        "killed at once: free some memory, or give fewer --workers"
                    )
                again.extend(one for future, one in running.items() if not _succeeded(future))
                running = {future: one for future, one in running.items() if _succeeded(future)}
                pool = _new_pool(workers)
    finally:
        _end(pool)


def _new_pool(workers: int) -> ProcessPool:
    return ProcessPool(workers, initializer=_end_with, initargs=(os.getpid(),), context=get_context("spawn"))


def _succeeded(future: Future[V]) -> bool:
    return future.done() and future.exception() is None


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _next(todo: Iterator[tuple[K, object]]) -> _Pending[K, V] | None:
    found = next(todo, None)
    return None if found is None else _Pending(*found)


def _outcome(future: Future[V], one: _Pending[K, V], limit_s: float | None) -> Outcome[K, V] | None:
    """Read a finished job; None if its worker died and it may be tried again."""
    try:
        return Outcome(one.key, future.result(), "", one.attempts)
    except ProcessExpired:
        if one.attempts < ATTEMPTS:
            return None
        problem = f"its process was killed {ATTEMPTS} times, perhaps for want of memory"
        return Outcome(one.key, None, problem, one.attempts, poisoned=True)
    except TimeoutError:
        problem = f"it took longer than the limit of {(limit_s or 0.0) / 60.0:g} minutes"
        return Outcome(one.key, None, problem, one.attempts, poisoned=True)
    except InputError as error:
        return Outcome(one.key, None, str(error), one.attempts)
    except Exception as error:  # a failed job is a row, not the end of the batch
        return Outcome(one.key, None, f"{type(error).__name__}: {error}", one.attempts, poisoned=True)


def _end_with(parent: int) -> None:
    """End this worker as soon as its parent is gone: nobody would collect what it makes."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
