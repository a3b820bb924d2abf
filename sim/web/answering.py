"""Answer questions: the runs of both sides, seed by seed, and after each pair what can be said by then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.batch.running.once import Job, Result, do_run
from sim.errors import InputError
from sim.ledger.run_folder import read_manifest
from sim.web.answer import Pair, Told, make_answer, told_of
from sim.web.asking import run_seconds, side_names
from sim.web.desk import StoppedError, WorkerDiedError
from sim.web.question import SIDES, Asked
from sim.web.server import Server, Session
from sim.web.words import both

RUN_LIMIT_S = 4 * 3600.0
TELL_EVERY_S = 1.0


@dataclass
class Answering:
    """Hold how far the answer to a question is."""

    asked: Asked
    answer: dict[str, Any] | None = None
    results: dict[tuple[str, int], Result] = field(default_factory=dict)
    folders: dict[tuple[str, int], Path] = field(default_factory=dict)
    task: asyncio.Task[Any] | None = None
    trouble: dict[str, Any] | None = None
    """the last thing that went wrong, as the socket tells it"""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    version: int = 0
    begun: float = 0.0
    was_stopped: bool = False

    @property
    def n_runs(self) -> int:
        """Count all runs of the question."""
        return 2 * self.asked.question.seeds

    @property
    def is_running(self) -> bool:
        """Tell whether runs of it wait or go on."""
        return self.task is not None and not self.task.done()

    def pairs(self) -> list[Pair]:
        """List the pairs that are complete, in the order of their seeds."""
        return [
            Pair(
                seed, self.folders["today", seed], self.folders["instead", seed],
                (self.results["today", seed].digest, self.results["instead", seed].digest),
            )
            for seed in self.asked.seeds
            if ("today", seed) in self.results and ("instead", seed) in self.results
        ]  # fmt: skip

    def tell(self) -> None:
        """Wake all who follow."""
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()


class Answers:
    """Hold the answers of all questions that were asked since the server began; the rest is on disk."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._all: dict[str, Answering] = {}

    def of(self, asked: Asked) -> Answering:
        """Give how far the answer to a question is."""
        return self._all.setdefault(asked.id, Answering(asked))

    async def known(self, asked: Asked) -> dict[str, Any]:
        """Give the answer as far as it is known, from disk where this server has not made it itself."""
        one = self.of(asked)
        if one.answer is None and not one.is_running:
            await self._find(one)
            if one.pairs():
                one.answer = await self._say(one)
        return one.answer or {"n_pairs": 0, "of": asked.question.seeds, "done": False}

    def ask(self, asked: Asked, session: Session) -> Answering:
        """Begin the runs of a question, or go on with them.

        Raises
        ------
        InputError
            If this browser has too many questions running.
        """
        one = self.of(asked)
        if one.is_running:
            return one
        session.running = {name for name in session.running if name in self._all and self._all[name].is_running}
        most = self.server.settings.limits.questions_running
        if len(session.running) >= most:
            raise InputError(f"{len(session.running)} questions of yours wait or run already: stop one of them first")
        session.running.add(asked.id)
        self.server.keep(asked)
        one.trouble, one.was_stopped, one.begun = None, False, time.monotonic()
        one.task = self.server.begin(self._run(one))
        return one

    def stop(self, asked: Asked) -> Answering:
        """Take back the runs that have not ended; the ones that have are kept."""
        one = self.of(asked)
        if one.task is not None and not one.task.done():
            one.was_stopped = True
            one.task.cancel()
        return one

    async def follow(self, asked: Asked) -> AsyncIterator[dict[str, Any]]:
        """Give the answer each time that it grows, and how far the runs are, until they end."""
        one, version, said, told = self.of(asked), -1, None, None
        await self.known(asked)
        while True:
            version = one.version
            if one.trouble is not None and one.trouble is not said:
                said = one.trouble
                yield one.trouble
            if one.answer is not None and one.answer is not told:
                told = one.answer
                yield {"answer": one.answer}
            yield {"progress": self.progress(one)}
            if not one.is_running:
                if one.version != version:
                    continue
                return
            try:
                await asyncio.wait_for(one.changed.wait(), TELL_EVERY_S)
            except TimeoutError:
                continue

    def progress(self, one: Answering) -> dict[str, Any]:
        """Say how far the runs of a question are."""
        done, of = len(one.results), one.n_runs
        return {
            "done": done, "of": of, "seconds_left": self._left(one), "running": one.is_running,
            "words": both("live.stopped" if one.was_stopped and done < of else "live.running", done=done, of=of),
        }  # fmt: skip

    def _left(self, one: Answering) -> int | None:
        left = one.n_runs - len(one.results)
        if not left:
            return 0
        seconds = [result.seconds for result in one.results.values() if result.seconds > 0.5]
        each = sum(seconds) / len(seconds) if seconds else run_seconds(one.asked.base)
        at_once = max(1, self.server.settings.workers)
        others = sum(
            other.n_runs - len(other.results) for other in self._all.values() if other.is_running and other is not one
        )
        return round(each * (left + min(others, left)) / at_once)

    async def _run(self, one: Answering) -> None:
        """Make all runs; the first pairs of all questions come before any second."""
        await self.server.ready.wait()
        jobs = {asyncio.create_task(self._run_one(one, side, seed)): seed for seed in one.asked.seeds for side in SIDES}
        waiting = set(jobs)
        try:
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                n_pairs = 0 if one.answer is None else one.answer["n_pairs"]
                if len(one.pairs()) > n_pairs:
                    one.answer = await self._say(one)
                one.tell()
                if all(task.exception() is not None for task in done) and not one.results:
                    return  # the first run failed, and so will the others
        except asyncio.CancelledError:
            one.tell()
            raise
        finally:
            for task in waiting:
                task.cancel()

    async def _run_one(self, one: Answering, side: str, seed: int) -> None:
        if (side, seed) in one.results:
            return
        plan = await self.server.think(one.asked.plan, side, seed, self.server.settings.store)
        one.folders[side, seed] = plan.folder
        job = Job(f"{side} {seed}", plan.scenario, plan.policy, seed, one.asked.from_day, plan.folder)

        def on_death(why: str) -> None:
            one.trouble = {"error": both("live.died", why=why), "kind": "worker", "about": one.asked.id}
            one.tell()

        try:
            one.results[side, seed] = await self.server.runs.do(
                do_run, job, key=("run", str(plan.folder), one.asked.from_day), rank=(float(seed),),
                limit_s=RUN_LIMIT_S, on_death=on_death,
            )  # fmt: skip
        except StoppedError:
            raise asyncio.CancelledError from None
        except (InputError, WorkerDiedError) as error:
            one.trouble = {"error": both("live.gave_up", why=str(error)), "kind": "worker", "about": one.asked.id}
            one.tell()
            raise

    async def _find(self, one: Answering) -> None:
        """Find the runs that are on disk already."""
        await self.server.think(find_runs, one, self.server)

    async def told(self, asked: Asked) -> Told:
        """Give what the answer of a question is made of by now."""
        one = self.of(asked)
        await self.known(asked)
        return await self.server.think(told_of, asked, tuple(one.pairs()), side_names(asked))

    async def _say(self, one: Answering) -> dict[str, Any]:
        pairs = tuple(one.pairs())
        told = await self.server.think(told_of, one.asked, pairs, side_names(one.asked))
        return await self.server.words.do(make_answer, told, key=("answer", one.asked.id, len(pairs)))


def find_runs(one: Answering, server: Server) -> None:
    """Take over the finished runs of a question from disk."""
    for seed in one.asked.seeds:
        for side in SIDES:
            plan = one.asked.plan(side, seed, server.settings.store)
            try:
                manifest = read_manifest(plan.folder)
            except InputError:
                continue
            if manifest["status"] == "complete":
                one.folders[side, seed] = plan.folder
                one.results.setdefault((side, seed), Result(str(manifest["digest"]), {}, 0.0))
