"""The socket of a page: strips that it asks for, and what grows."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sim.errors import InputError
from sim.web.answering import Answers
from sim.web.desk import StoppedError, WorkerDiedError
from sim.web.question import SIDES, branched
from sim.web.server import LOG, Server, UnknownError
from sim.web.words import Both, both, problem

KNOWN = ("watch", "follow", "branch", "unfollow")
LONGEST = 65_536


class Live:
    """Serve one socket: its requests are done one beside the other, and end with it."""

    def __init__(self, socket: WebSocket, server: Server, answers: Answers) -> None:
        self.socket = socket
        self.server = server
        self.answers = answers
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._followed: dict[str, asyncio.Task[None]] = {}
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Serve until the page goes."""
        await self.socket.accept()
        if self.server.n_sockets >= self.server.settings.limits.sockets:
            await self._say({"error": both("live.sockets", n=self.server.n_sockets), "kind": "too large"})
            await self.socket.close()
            return
        self.server.n_sockets += 1
        try:
            if not self.server.ready.is_set():
                await self._say({"notice": both("live.getting_ready")})
            while True:
                await self._take(await self.socket.receive_text())
        except (WebSocketDisconnect, KeyError):  # KeyError: bytes where there must be text
            pass
        finally:
            self.server.n_sockets -= 1
            for task in self._tasks:
                task.cancel()

    async def _take(self, text: str) -> None:
        try:
            message = json.loads(text) if len(text) <= LONGEST else None
        except ValueError:
            message = None
        if not isinstance(message, dict) or message.get("do") not in KNOWN:
            given = str(message.get("do"))[:40] if isinstance(message, dict) else text[:40]
            await self._say({"error": both("live.what", known=", ".join(KNOWN), given=given), "about": None})
            return
        name, do = str(message.get("id", "")), message["do"]
        if do == "unfollow":
            if task := self._followed.pop(name, None):
                task.cancel()
            return
        if do == "follow" and name in self._followed:
            return
        task = asyncio.create_task(self._do(do, name, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if do == "follow":
            self._followed[name] = task
            task.add_done_callback(lambda ended: self._unfollow(name, ended))

    def _unfollow(self, name: str, ended: asyncio.Task[None]) -> None:
        if self._followed.get(name) is ended:
            del self._followed[name]

    async def _do(self, do: str, name: str, message: dict[str, Any]) -> None:
        words: Both | None = None
        kind = "refused"
        try:
            if do == "watch":
                await self._watch(name, message)
            elif do == "follow":
                await self._follow(name)
            else:
                await self._branch(name, message)
        except UnknownError as error:
            words = error.words
        except (InputError, ValueError, TypeError) as error:
            words = problem(str(error))
        except WorkerDiedError as error:
            words, kind = both("live.gave_up", why=str(error)), "worker"
        except StoppedError:
            pass
        except (WebSocketDisconnect, RuntimeError):  # the page has gone
            pass
        except Exception:
            LOG.exception("a request of a socket failed")
            words, kind = both("guard.fault"), "worker"
        if words is not None:
            with suppress(WebSocketDisconnect, RuntimeError):
                await self._say({"error": words, "about": name, "kind": kind})

    async def _watch(self, name: str, message: dict[str, Any]) -> None:
        side, first = str(message.get("side")), int(message.get("hour", 0))
        n = max(1, min(int(message.get("n", 1)), self.server.settings.limits.hours_a_request))
        if side not in SIDES:
            raise InputError(f"a side must be one of {', '.join(SIDES)}, got {side[:20]!r}")
        asked = await self.server.asked(name)
        last = min(first + n, 24 * asked.question.days)
        for hour in range(first, max(last, first + 1)):
            strip = await self.server.strip(asked, side, hour)
            async with self._sending:
                await self.socket.send_bytes(strip)

    async def _follow(self, name: str) -> None:
        async for message in self.answers.follow(await self.server.asked(name)):
            await self._say(message | {"id": name})
        self._followed.pop(name, None)

    async def _branch(self, name: str, message: dict[str, Any]) -> None:
        asked = await self.server.asked(name)
        question = branched(asked, str(message["side"]), int(message["hour"]), list(message["strategies"]))
        _, told = await self.server.ask(question)
        await self._say({"branch": told, "about": name, "id": told["id"]})

    async def _say(self, message: dict[str, Any]) -> None:
        if self.socket.client_state is not WebSocketState.CONNECTED:
            return
        async with self._sending:
            await self.socket.send_text(json.dumps(message, ensure_ascii=False, allow_nan=False))
