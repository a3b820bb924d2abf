"""Jobs for worker processes, waited for without holding up the server; one that dies costs its job a new try.

Each desk has some processes of `sim.batch.running.process`, and a thread for each that hands it jobs and waits. First
in the queue is the job of the lowest rank, so that every question gets its first pair before any gets its second.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from multiprocessing.connection import wait
from typing import Any, TypeVar

from sim.batch.running.process import Reply, Worker, pack, words_for
from sim.errors import InputError

V = TypeVar("V")
ATTEMPTS = 3
"""Processes that a job may cost."""
LOOK_EVERY_S = 0.25


class WorkerDiedError(Exception):
    """Tell that a job cost all the processes that it may."""


class StoppedError(Exception):
    """Tell that a job was taken back before it was done."""


@dataclass
class _Job:
    key: Hashable
    message: bytes
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    limit_s: float | None
    on_death: Callable[[str], None] | None
    attempts: int = 0
    is_stopped: bool = False
    waiters: int = 1


@dataclass
class Desk:
    """Hold the processes of one kind of work.

    Parameters
    ----------
    size
        how many
    nice
        how far they give way to others on this machine
    """

    size: int
    nice: int = 0
    _queue: list[tuple[tuple[float, ...], int, _Job]] = field(default_factory=list)
    _jobs: dict[Hashable, _Job] = field(default_factory=dict)
    _change: threading.Condition = field(default_factory=threading.Condition)
    _number: Any = field(default_factory=count)
    _threads: list[threading.Thread] = field(default_factory=list)
    _workers: list[Worker] = field(default_factory=list)
    _is_closed: bool = False

    def open(self) -> None:
        """Begin to work; processes begin with their first job."""
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(self.size)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End all processes; what waits is taken back."""
        with self._change:
            self._is_closed = True
            for job in self._jobs.values():
                job.is_stopped = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join(5.0)
        for worker in self._workers:
            worker.end()

    @property
    def n_waiting(self) -> int:
        """Count the jobs that wait or run."""
        return len(self._jobs)

    async def do(  # noqa: PLR0913 - everything after the second by keyword
        self,
        function: Callable[[Any], V],
        argument: object,
        *,
        key: Hashable = None,
        rank: tuple[float, ...] = (0.0,),
        limit_s: float | None = None,
        on_death: Callable[[str], None] | None = None,
    ) -> V:
        """Do a job and give what comes of it; a job of the same key that waits or runs is joined.

        Raises
        ------
        InputError
            If the job was refused: its input is wrong.
        WorkerDiedError
            If it failed for another reason, in words.
        StoppedError
            If it was taken back.
        """
        loop = asyncio.get_running_loop()
        name: Hashable = next(self._number) if key is None else key
        with self._change:
            if self._is_closed:
                raise StoppedError
            job = self._jobs.get(name)
            if job is None or job.is_stopped:
                job = _Job(name, pack(function, argument), loop, loop.create_future(), limit_s, on_death)
                self._jobs[name] = job
                heappush(self._queue, (rank, next(self._number), job))
                self._change.notify()
            else:
                job.waiters += 1
        try:
            value: V = await asyncio.shield(job.done)
        finally:
            job.waiters -= 1
            if not job.waiters and not job.done.done():
                self._take_back(job)
        return value

    def _take_back(self, job: _Job) -> None:
        with self._change:
            job.is_stopped = True
            self._change.notify_all()

    def _serve(self) -> None:
        """Hand one process its jobs, one after the other."""
        if self.nice:
            with suppress(OSError, AttributeError):  # a process inherits this from the thread that starts it
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self.nice)
        worker = Worker()
        with self._change:
            self._workers.append(worker)
        while (job := self._take()) is not None:
            self._finish(job, self._carry_out(worker, job))
        worker.end()

    def _take(self) -> _Job | None:
        with self._change:
            while True:
                while self._queue:
                    *_, job = heappop(self._queue)
                    if not job.is_stopped:
                        return job
                    self._forget(job)
                    _tell(job, error=StoppedError())
                if self._is_closed:
                    return None
                self._change.wait()

    def _carry_out(self, worker: Worker, job: _Job) -> Reply:
        while True:
            job.attempts += 1
            worker.give(job.message, job.limit_s)
            reply = self._wait_for(worker, job)
            if reply.kind not in ("killed", "not begun") or job.is_stopped or job.attempts >= ATTEMPTS:
                return reply
            if job.on_death is not None:
                job.loop.call_soon_threadsafe(job.on_death, words_for(reply.exit_code))

    def _wait_for(self, worker: Worker, job: _Job) -> Reply:
        while True:
            if job.is_stopped:
                worker.end()
                return Reply("killed")
            wait(worker.handles(), timeout=LOOK_EVERY_S)
            reply = worker.look()
            if reply is not None:
                return reply

    def _finish(self, job: _Job, reply: Reply) -> None:
        with self._change:
            self._forget(job)
        if reply.kind == "done":
            _tell(job, value=reply.value)
        elif job.is_stopped:
            _tell(job, error=StoppedError())
        elif reply.kind in ("refused", "postponed"):
            _tell(job, error=InputError(str(reply.value)))
        elif reply.kind == "failed":
            _tell(job, error=WorkerDiedError(str(reply.value)))
        elif reply.kind == "late":
            _tell(
                job, error=WorkerDiedError(f"it took longer than the limit of {(job.limit_s or 0.0) / 60.0:g} minutes")
            )
        else:
            _tell(job, error=WorkerDiedError(f"its process ended {job.attempts} times: {words_for(reply.exit_code)}"))

    def _forget(self, job: _Job) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]


def _tell(job: _Job, *, value: object = None, error: Exception | None = None) -> None:
    """Give the result to whoever waits, in the loop that they wait in."""

    def settle() -> None:
        if job.done.done():
            return
        if error is None:
            job.done.set_result(value)
        else:
            job.done.set_exception(error)
            job.done.exception()  # taken note of, so that nobody is told of an error that nobody waited for

    with suppress(RuntimeError):  # the server is gone
        job.loop.call_soon_threadsafe(settle)
