"""Work through many jobs in processes of this machine: one that dies costs its job, not the batch.

A worker that is killed (for want of memory, by an operator) is replaced, and its job is tried again; a job that costs
three workers is named and left out. A worker that cannot even begin is another matter: the next one would not begin
either, so the batch ends with a sentence. Workers end by themselves when the process that they work for is gone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from sim.batch.running.crew import Crew
from sim.batch.running.process import UNGUARDED_CODE, Reply, Worker, end_if_loading, pack, script_of_parent, words_for
from sim.errors import DiskError, InputError

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
    postponed: bool = False
    """whether nothing is wrong with the job, and it must wait: the disk is full"""

    def stop_if_postponed(self) -> None:
        """End the batch where the job must wait, since the next one would have to wait, too.

        Raises
        ------
        DiskError
            If the job must wait.
        """
        if self.postponed:
            raise DiskError(self.problem)


@dataclass
class _Pending(Generic[K]):
    key: K
    message: bytes
    attempts: int = 0


def work_through(
    jobs: Iterable[tuple[K, object]],
    do: Callable[..., V],
    *,
    workers: int | Crew,
    limit_s: float | None = None,
) -> Generator[Outcome[K, V] | None, None, None]:
    """Do every job in one of several processes.

    Parameters
    ----------
    jobs
        a key and the argument of `do`; taken one by one as workers become free
    do
        what is done with each argument; it travels as `cloudpickle` packs it, so it may stand in a notebook
    workers
        how many processes, which end with the batch; or a crew, which is kept for the next one
    limit_s
        longest time of one job

    Yields
    ------
    outcome
        in the order in which they come in; None when nothing came in for a while

    Raises
    ------
    InputError
        If no worker can begin.
    """
    end_if_loading()
    todo, again = iter(jobs), deque[_Pending[K]]()
    crew = workers if isinstance(workers, Crew) else Crew(workers)
    free, running = crew.take(), dict[Worker, _Pending[K]]()
    has_begun = False
    """whether any worker has: then one that does not is an accident"""
    try:
        while True:
            while free and (one := again.popleft() if again else next(_packed(todo, do), None)):
                if isinstance(one, Outcome):
                    yield one
                    continue
                one.attempts += 1
                worker = free.popleft()
                worker.give(one.message, limit_s)
                running[worker] = one
            if not running:
                return
            n_came_in = 0
            for worker, reply in _wait_for(list(running)):
                n_came_in += 1
                has_begun = has_begun or reply.kind != "not begun" or any(one.has_begun for one in running)
                if not has_begun:
                    raise InputError(_cannot_begin(reply))
                one = running.pop(worker)
                free.append(worker)
                if _may_try_again(reply, one):
                    again.append(one)
                else:
                    yield _outcome(reply, one, limit_s)
            if not n_came_in:
                yield None
    finally:
        for worker in running:
            worker.end()
        crew.put_back([*free, *running])
        if crew is not workers:
            crew.end()


def _packed(todo: Iterator[tuple[K, object]], do: Callable[..., V]) -> Iterator[_Pending[K] | Outcome[K, V]]:
    """Pack the next job here, where a class that cannot be sent is told as such and costs no worker."""
    for key, argument in todo:
        try:
            yield _Pending(key, pack(do, argument))
        except InputError as error:
            yield Outcome(key, None, str(error), 0)


def _wait_for(workers: list[Worker]) -> Iterator[tuple[Worker, Reply]]:
    """Wait a while, and give the workers that have come to an end with their job."""
    handles: list[Any] = [handle for worker in workers for handle in worker.handles()]
    wait(handles, timeout=LOOK_EVERY_S)
    for worker in workers:
        reply = worker.look()
        if reply is not None:
            yield worker, reply


def _may_try_again(reply: Reply, one: _Pending[K]) -> bool:
    return reply.kind in {"killed", "not begun"} and one.attempts < ATTEMPTS


def _outcome(reply: Reply, one: _Pending[K], limit_s: float | None) -> Outcome[K, V]:
    """Say what became of a job that is not tried again."""
    key, attempts = one.key, one.attempts
    match reply.kind:
        case "done":
            return Outcome(key, reply.value, "", attempts)
        case "refused":
            return Outcome(key, None, reply.value, attempts)
        case "postponed":
            return Outcome(key, None, reply.value, attempts, postponed=True)
        case "late":
            problem = f"it took longer than the limit of {(limit_s or 0.0) / 60.0:g} minutes"
        case "failed":
            problem = str(reply.value)
        case _:
            problem = f"its process ended {attempts} times before it was done: {words_for(reply.exit_code)}"
    return Outcome(key, None, problem, attempts, poisoned=True)


def _cannot_begin(reply: Reply) -> str:
    """Say why no worker begins: nearly always the user's script does its work while a worker loads it."""
    script = script_of_parent()
    if reply.exit_code == UNGUARDED_CODE:
        return (
            f"lines that start runs must stand below `if __name__ == '__main__':`, since every worker process loads "
            f"the script once more, and {script} starts runs without it"
        )
    what = f"while it loaded {script}" if script else "while it loaded the package"
    return f"a worker process must be able to begin, and the first one could not: {what}, {words_for(reply.exit_code)}"
