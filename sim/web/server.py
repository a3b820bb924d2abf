"""What the routes share: processes, questions, strips and answers, all of them bounded. It knows nothing of HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from sim.compile_core import compile_core, is_compiled
from sim.disk import make_folder, write_whole
from sim.errors import InputError
from sim.scenarios.scenario import Scenario, load_scenario
from sim.web import stories
from sim.web.asking import describe_question
from sim.web.cities import city_keys, load_named
from sim.web.desk import Desk
from sim.web.question import SIDES, Asked, Question
from sim.web.recording import FIRST_HOUR, Recording, read_recording
from sim.web.settings import Settings
from sim.web.watching import HOURS_A_SHIFT, Wanted, make_strips
from sim.web.words import Both, both

V = TypeVar("V")
LOG = logging.getLogger("sim.web")
ID = re.compile(r"[0-9a-f]{16}")
FOLDER = re.compile(r"folder-[0-9a-f]{16}")
MOST_QUESTIONS = 2000
WATCH_LIMIT_S = 900.0
RUNS_GIVE_WAY, ANSWERS_GIVE_WAY = 10, 3
"""How far the processes of runs and of answers give way to what somebody looks at now."""


class UnknownError(Exception):
    """Tell that something is not here, in both languages."""

    def __init__(self, words: Both) -> None:
        super().__init__(words["en"])
        self.words = words


@dataclass
class Session:
    """Hold what one browser may do and has done."""

    seen: float = 0.0
    running: set[str] = field(default_factory=set)
    """questions that it has running"""
    folders: list[str] = field(default_factory=list)


class Server:
    """Hold the processes and what they have made.

    Parameters
    ----------
    settings
        what the server was started with
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watch = Desk(1)
        self.runs = Desk(settings.workers, nice=RUNS_GIVE_WAY)
        self.words = Desk(1, nice=ANSWERS_GIVE_WAY)
        self.ready = asyncio.Event()
        self.warm = asyncio.Event()
        """whether the first question can be watched at once; before, its recording is shown"""
        self.trouble: Both | None = None
        """why the model is not ready and will not be"""
        self.recording: Recording | None = read_recording() if settings.recording else None
        self.n_sockets = 0
        self._one = CapacityLimiter(1)
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._questions: OrderedDict[str, Asked] = OrderedDict()
        self._strips: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._strips_bytes = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Begin: the model gets ready in a process of its own while the page is served."""
        for desk in (self.watch, self.runs, self.words):
            desk.open()
        self.begin(self._get_ready())

    async def close(self) -> None:
        """End all that runs; what had finished is on disk."""
        for task in self._tasks:
            task.cancel()
        for desk in (self.runs, self.watch, self.words):
            await run_sync(desk.close)

    def begin(self, doing: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - any coroutine
        """Let something go on beside the requests; what goes wrong in it is written down."""
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            LOG.error("a task ended with a fault", exc_info=task.exception())

    async def _get_ready(self) -> None:
        if not await run_sync(is_compiled):
            try:
                await self.watch.do(_compile, None, rank=(-1.0,))
            except Exception as error:
                self.trouble = both("live.gave_up", why=str(error))
                raise
        self.ready.set()
        try:
            asked = await self.think(Asked, Question())
            for side in SIDES if self.recording is not None else ():
                await self._make_strips(asked, side, FIRST_HOUR)
        finally:
            self.warm.set()

    def session(self, key: str) -> Session:
        """Give the session of a browser; the ones that were away longest are forgotten when they are many."""
        session = self._sessions.setdefault(key, Session())
        self._sessions.move_to_end(key)
        session.seen = time.monotonic()
        while len(self._sessions) > self.settings.limits.sessions:
            self._sessions.popitem(last=False)
        return session

    def load(self, key: str) -> Scenario:
        """Give the scenario of a city: one of the package, or what became of an uploaded folder.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        if key in city_keys():
            return load_named(key)
        built = self.settings.folders / key / "folder" / "built" / "scenario.toml"
        if FOLDER.fullmatch(key) and built.is_file():
            return load_scenario(str(built))
        raise InputError(f"a city must be one of {', '.join(city_keys())} or a folder that was given, got {key[:64]!r}")

    async def think(self, function: Callable[..., V], *given: Any) -> V:  # noqa: ANN401 - as `asyncio.to_thread`
        """Do something short in a thread, one after the other: the compiled core is not loaded by two at once."""
        return await run_sync(partial(function, *given), limiter=self._one)

    async def ask(self, question: Question) -> tuple[Asked, dict[str, Any]]:
        """Take note of a question, and say all that is known of it."""
        asked = await self.think(Asked, question, self.load)
        known = self._questions.get(asked.id)
        asked = known or asked
        told = await self.think(describe_question, asked, self.settings)
        self._remember(asked)
        return asked, told

    def keep(self, asked: Asked) -> None:
        """Write a question down, so that it is known when the server was ended and begins again."""
        folder = self.settings.questions
        make_folder(folder)
        write_whole(folder / f"{asked.id}.json", lambda file: file.write(asked.text.encode()))

    def _remember(self, asked: Asked) -> None:
        self._questions[asked.id] = asked
        self._questions.move_to_end(asked.id)
        while len(self._questions) > MOST_QUESTIONS:
            self._questions.popitem(last=False)

    async def asked(self, name: str) -> Asked:
        """Give a question by its name.

        Raises
        ------
        UnknownError
            If nobody asked it here.
        """
        if not ID.fullmatch(name):
            raise UnknownError(both("faults.unknown", id=name[:64]))
        if name not in self._questions:
            file = self.settings.questions / f"{name}.json"
            if not file.is_file():
                raise UnknownError(both("faults.unknown", id=name))
            question = Question.model_validate(json.loads(await self.think(file.read_text, "utf-8")))
            self._remember(await self.think(Asked, question, self.load))
        return self._questions[name]

    async def strip(self, asked: Asked, side: str, hour: int) -> bytes:
        """Give the strip of an hour: kept, recorded, or made.

        Raises
        ------
        InputError
            If the run has no such hour or cannot be made.
        """
        key = (asked.id, side, hour)
        if key in self._strips:
            self._strips.move_to_end(key)
            return self._strips[key]
        if not self.warm.is_set() and self.recording is not None:
            strip = self.recording.strip(asked, side, hour)
            if strip is not None:
                return strip
        if not self.ready.is_set():
            if self.trouble is not None:
                raise InputError(self.trouble["en"])
            await self.ready.wait()
        for made, strip in await self._make_strips(asked, side, hour):
            self._keep_strip((asked.id, side, made), strip)
            if made == hour:
                found = strip
        return found

    async def story(self, asked: Asked, side: str, kind: str, row: str, begin: float) -> dict[str, Any]:
        """Tell the story of somebody or something on the day of a minute."""
        if side not in SIDES:
            raise InputError(f"a side must be one of {', '.join(SIDES)}, got {side[:20]!r}")
        await self.ready.wait()
        scenario, policy = await self.think(asked.scenario, side), asked.strategies[SIDES.index(side)].policy
        wanted = stories.Wanted(scenario, policy, self.settings.checkpoints, kind, row, begin)
        return await self.watch.do(stories.tell_story, wanted, limit_s=WATCH_LIMIT_S)

    async def _make_strips(self, asked: Asked, side: str, hour: int) -> list[tuple[int, bytes]]:
        scenario = await self.think(asked.scenario, side)
        policy = asked.strategies[SIDES.index(side)].policy
        limits = self.settings.limits
        wanted = Wanted(
            asked.id,
            side,
            scenario,
            policy,
            hour,
            1,
            limits.walkers,
            self.settings.checkpoints,
            limits.checkpoints_bytes,
        )
        key = ("strips", asked.id, side, hour // HOURS_A_SHIFT)
        return await self.watch.do(make_strips, wanted, key=key, limit_s=WATCH_LIMIT_S)

    def _keep_strip(self, key: tuple[str, str, int], strip: bytes) -> None:
        old = self._strips.pop(key, b"")
        self._strips[key] = strip
        self._strips_bytes += len(strip) - len(old)
        while self._strips_bytes > self.settings.limits.strips_bytes:
            _, gone = self._strips.popitem(last=False)
            self._strips_bytes -= len(gone)

    def folder_of(self, *parts: str) -> Path:
        """Name a folder below the store."""
        return self.settings.store.joinpath(*parts)


def _compile(nothing: None) -> None:
    """Compile the model in the process of a worker, which then has it."""
    del nothing
    compile_core()
