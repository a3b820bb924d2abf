"""The routes: each asks one function, and says what came of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket

from sim import __version__
from sim.errors import InputError
from sim.inputs.words import LANGUAGES, Lang
from sim.web.answering import Answers
from sim.web.asking import list_roles
from sim.web.card import card_for
from sim.web.cities import city_card, describe_city, list_cities, pack_streets
from sim.web.desk import StoppedError, WorkerDiedError
from sim.web.gathering import gather
from sim.web.guard import Guard, refusal
from sim.web.live import Live
from sim.web.question import Question, branched, read_question
from sim.web.recording import FIRST_HOUR
from sim.web.server import LOG, Server, UnknownError
from sim.web.settings import Settings
from sim.web.strategies import list_strategies
from sim.web.surfaces import pack_surface
from sim.web.taking import FILES, make_file
from sim.web.uploads import check_folder, receive
from sim.web.words import Both, both, problem

STATIC = Path(__file__).with_name("static")
CHECK_LIMIT_S = 300.0
BINARY = "application/octet-stream"
Route_ = Callable[[Request], Awaitable[Response]]


def make_app(settings: Settings) -> Guard:
    """Make the application, guarded."""
    server = Server(settings)
    routes = _Routes(server)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        await server.open()
        server.begin(routes.begin())
        yield
        await server.close()

    app = Starlette(
        routes=routes.list(), lifespan=lifespan,
        exception_handlers={HTTPException: _http_error, Exception: _fault},
    )  # fmt: skip
    app.state.server, app.state.answers = server, routes.answers
    return Guard(app, settings)


class _Routes:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.answers = Answers(server)
        self._start: dict[str, Any] | None = None

    def list(self) -> list[Any]:
        """List all routes; what is no API is a file of the page."""
        ways: list[tuple[str, Callable[[Request], Awaitable[Response]], str]] = [
            ("/api/start", self.start, "GET"),
            ("/api/city/{key}", self.city, "GET"),
            ("/api/streets/{key}", self.streets, "GET"),
            ("/api/questions", self.question, "POST"),
            ("/api/questions/{id}", self.asked, "GET"),
            ("/api/questions/{id}/ask", self.ask, "POST"),
            ("/api/questions/{id}/stop", self.stop, "POST"),
            ("/api/questions/{id}/branch", self.branch, "POST"),
            ("/api/questions/{id}/answer", self.answer, "GET"),
            ("/api/questions/{id}/surface/{kind}", self.surface, "GET"),
            ("/api/questions/{id}/story", self.story, "GET"),
            ("/api/questions/{id}/take/{what}", self.take, "GET"),
            ("/api/card/{key}", self.card, "GET"),
            ("/api/folders", self.folder, "POST"),
        ]
        listed: list[Any] = [Route(path, told(act), methods=[method]) for path, act, method in ways]
        listed += [WebSocketRoute("/api/live", self.live), Route("/", _page)]
        return [*listed, Mount("/", _Files(directory=STATIC, check_dir=False))]

    async def begin(self) -> None:
        """Prepare what every page asks first."""
        await self._told_at_start()
        first = await self.server.think(lambda: self.server.load(Question().city).with_part(Question().part))
        await self.server.think(pack_streets, first)

    async def start(self, request: Request) -> Response:
        cities = await self.server.think(list_cities)
        own = [
            await self.server.think(self._own_city, key) for key in self.server.session(request.state.session).folders
        ]
        about = {"cities": [*cities, *own], "ready": self.server.ready.is_set()}
        return _json(await self._told_at_start() | about)

    def _own_city(self, key: str) -> dict[str, Any]:
        return city_card(key, self.server.load(key))

    async def _told_at_start(self) -> dict[str, Any]:
        if self._start is None:
            _, first = await self.server.ask(Question())
            settings = self.server.settings
            self._start = {
                "version": __version__, "languages": list(LANGUAGES), "limits": settings.limits.told(),
                "flags": {"folders": settings.allow_folders, "own_policies": False}, "takes": list(FILES),
                "roles": list_roles(),
                "strategies": await self.server.think(list_strategies), "question": first["question"],
                "first": first, "first_hour": FIRST_HOUR, "told": both("start.told"), "warning": both("start.warning"),
            }  # fmt: skip
        return self._start

    async def city(self, request: Request) -> Response:
        key, part = request.path_params["key"], request.query_params.get("part", "")
        scenario = await self.server.think(self._part, key, part)
        return _json(await self.server.think(describe_city, key, scenario, part))

    async def streets(self, request: Request) -> Response:
        scenario = await self.server.think(self._part, request.path_params["key"], request.query_params.get("part", ""))
        packed = await self.server.think(pack_streets, scenario)
        return Response(packed, media_type=BINARY, headers={"cache-control": "private, max-age=300"})

    def _part(self, key: str, part: str) -> Any:  # noqa: ANN401 - a scenario
        scenario = self.server.load(key)
        return scenario.with_part(part) if part else scenario

    async def question(self, request: Request) -> Response:
        read = read_question(await self._body(request))
        if read.question is None:
            where, what = read.problems[0]
            return JSONResponse({"error": both("faults.form", where=where, what=what)}, status_code=422)
        _, told_of_it = await self.server.ask(read.question)
        return _json(told_of_it)

    async def asked(self, request: Request) -> Response:
        asked = await self.server.asked(request.path_params["id"])
        _, told_of_it = await self.server.ask(asked.question)
        return _json(told_of_it)

    async def ask(self, request: Request) -> Response:
        asked = await self.server.asked(request.path_params["id"])
        _, told_of_it = await self.server.ask(asked.question)
        if told_of_it["faults"]:
            return JSONResponse({"error": told_of_it["faults"][0]}, status_code=422)
        await self.answers.known(asked)
        one = self.answers.ask(asked, self.server.session(request.state.session))
        return _json({"id": asked.id, "progress": self.answers.progress(one)})

    async def stop(self, request: Request) -> Response:
        asked = await self.server.asked(request.path_params["id"])
        return _json({"id": asked.id, "progress": self.answers.progress(self.answers.stop(asked))})

    async def branch(self, request: Request) -> Response:
        asked = await self.server.asked(request.path_params["id"])
        body = await self._body(request)
        if not isinstance(body, dict) or body.get("side") not in ("today", "instead"):
            raise InputError("a branch must name a side, today or instead, an hour and strategies")
        question = branched(asked, body["side"], int(body.get("hour", 0)), list(body.get("strategies", [])))
        _, told_of_it = await self.server.ask(question)
        return _json(told_of_it)

    async def answer(self, request: Request) -> Response:
        return _json(await self.answers.known(await self.server.asked(request.path_params["id"])))

    async def surface(self, request: Request) -> Response:
        told_of_it = await self.answers.told(await self.server.asked(request.path_params["id"]))
        wanted = (told_of_it, request.path_params["kind"], request.query_params.get("side", ""))
        return Response(await self.server.words.do(pack_surface, wanted), media_type=BINARY)

    async def story(self, request: Request) -> Response:
        asked = await self.server.asked(request.path_params["id"])
        ways = request.query_params
        return _json(await self.server.story(asked, ways.get("side", ""), ways.get("kind", ""), ways.get("row", ""),
                                             float(ways.get("from", "0"))))  # fmt: skip

    async def take(self, request: Request) -> Response:
        asked, what = await self.server.asked(request.path_params["id"]), request.path_params["what"]
        lang: Lang = "zh" if request.query_params.get("lang") == "zh" else "en"
        first = int(request.query_params.get("from", str(FIRST_HOUR // 24 * 24)))
        taken = await gather(self.server, self.answers, asked, what, (lang, first))
        made = await self.server.words.do(make_file, taken)
        named = f'attachment; filename="{asked.id}-{what}"' if what in FILES else ""
        return Response(made, media_type=FILES[what], headers={"content-disposition": named})

    async def card(self, request: Request) -> Response:
        scenario = await self.server.think(self._part, request.path_params["key"], request.query_params.get("part", ""))
        return _json(await self.server.think(card_for, scenario))

    async def folder(self, request: Request) -> Response:
        settings, session = self.server.settings, self.server.session(request.state.session)
        limits = settings.limits
        if not settings.allow_folders:
            return refusal(403, "folder.off")
        if len(session.folders) >= limits.folders:
            return refusal(429, "folder.most", n=str(len(session.folders)))
        if (
            int(request.headers.get("content-length", limits.upload_bytes + 1))
            > limits.upload_bytes + limits.body_bytes
        ):
            return refusal(
                413, "guard.body", most=f"{limits.upload_bytes:,}", n=request.headers.get("content-length", "?")
            )
        async with request.form(max_files=limits.upload_files, max_fields=0) as form:
            files = [file for _, file in form.multi_items() if isinstance(file, UploadFile)]
            key = await receive(files, settings.folders, limits)
        checked = await self.server.words.do(check_folder, (settings.folders, key), limit_s=CHECK_LIMIT_S)
        if checked["key"] is not None and key not in session.folders:
            session.folders.append(key)
        return _json(checked)

    async def live(self, socket: WebSocket) -> None:
        await Live(socket, self.server, self.answers).serve()

    async def _body(self, request: Request) -> object:
        """Read JSON of a bounded size; read piece by piece, so that nobody fills the memory by saying a small size."""
        most, read = self.server.settings.limits.body_bytes, bytearray()
        async for chunk in request.stream():
            read += chunk
            if len(read) > most:
                raise _TooLongError(both("guard.body", most=f"{most:,}", n=f"{len(read):,}"))
        try:
            return json.loads(read or b"{}")
        except (ValueError, RecursionError) as error:
            raise UnreadableError from error


class _TooLongError(UnknownError):
    """Tell that a request is longer than any that a page makes."""


class UnreadableError(Exception):
    """Tell that a request is no JSON."""


STATUS: dict[type[Exception], int] = {
    _TooLongError: 413, UnknownError: 404, UnreadableError: 400, WorkerDiedError: 500, StoppedError: 503,
    InputError: 422, ValueError: 422, TypeError: 422,
}  # fmt: skip
"""What a refusal is in HTTP, the particular ones first."""


def told(act: Route_) -> Route_:
    """Answer what a route refuses with one sentence in both languages."""

    async def answered(request: Request) -> Response:
        try:
            return await act(request)
        except tuple(STATUS) as error:
            status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
            kind = {"kind": "worker"} if isinstance(error, WorkerDiedError) else {}
            return JSONResponse({"error": words_of(error)} | kind, status_code=status)

    return answered


def words_of(error: Exception) -> Both:
    """Say what was refused in both languages."""
    if isinstance(error, UnknownError):
        return error.words
    if isinstance(error, WorkerDiedError):
        return both("live.gave_up", why=str(error))
    if isinstance(error, UnreadableError | StoppedError):
        return both("guard.json" if isinstance(error, UnreadableError) else "guard.stopped")
    return problem(str(error))


class _Files(StaticFiles):
    """Give the files of the page, which a browser asks about each time: they change with the version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


async def _page(request: Request) -> Response:
    del request
    return FileResponse(STATIC / "index.html", headers={"cache-control": "no-cache"})


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal(status, "guard.nothing", path=request.url.path[:100])


async def _fault(request: Request, error: Exception) -> Response:
    LOG.error("a request failed: %s", request.url.path, exc_info=error)
    return refusal(500, "guard.fault")


def _json(value: Any) -> Response:  # noqa: ANN401 - whatever JSON can hold
    return Response(
        json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")), media_type="application/json"
    )
