"""Work through many jobs in processes of this machine: one that dies costs its job, not the batch.

A worker that is killed (for want of memory, by an operator) is replaced, and its job is tried again; a job that kills
three workers is named and left out. Workers end by themselves when the process that they work for is gone.

Each worker has a pool of its own. In a pool of several, the workers share a lock on the queue of jobs, and one that is
killed while it holds the lock, or between taking a job and saying so, leaves the others waiting for ever.
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
    attempts: int = 0


class _Worker:
    """A process of its own, and the pool that watches over it; a new one in its place whenever it dies."""

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None

    def begin(self, do: Callable[..., V], argument: object, limit_s: float | None) -> Future[V]:
        """Give it a job."""
        if self._pool is None or not self._pool.active:
            self.end()
            context = get_context("spawn")
            self._pool = ProcessPool(1, initializer=_end_with, initargs=(os.getpid(),), context=context)
        try:
            return self._pool.schedule(do, args=(argument,), timeout=limit_s)
        except RuntimeError as error:  # it died while it had nothing to do
            lost: Future[V] = Future()
            lost.set_exception(BrokenProcessPool(str(error)))
            return lost

    def end(self) -> None:
        """Kill it."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


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
    free = deque(_Worker() for _ in range(workers))
    running: dict[Future[V], tuple[_Worker, _Pending[K, V]]] = {}
    try:
        while True:
            while free:
                one = again.popleft() if again else _next(todo)
                if one is None:
                    break
                worker = free.popleft()
                one.attempts += 1
                running[worker.begin(do, one.argument, limit_s)] = worker, one
            if not running:
                return
            done, _ = wait(running, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            if not done:
                yield None
            for future in done:
                worker, one = running.pop(future)
                free.append(worker)
                outcome = _outcome(future, one, limit_s)
                if outcome is None:
                    worker.end()
                    again.append(one)
                else:
                    yield outcome
    finally:
        for worker in [*free, *(worker for worker, _ in running.values())]:
            worker.end()


def _next(todo: Iterator[tuple[K, object]]) -> _Pending[K, V] | None:
    found = next(todo, None)
    return None if found is None else _Pending(*found)


def _outcome(future: Future[V], one: _Pending[K, V], limit_s: float | None) -> Outcome[K, V] | None:
    """Read a finished job; None if its worker died and it may be tried again."""
    try:
        return Outcome(one.key, future.result(), "", one.attempts)
    except (ProcessExpired, BrokenProcessPool):
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
