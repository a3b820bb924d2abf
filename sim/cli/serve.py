"""`cpsim serve`."""

from __future__ import annotations

import argparse
import secrets
import socket
from importlib.util import find_spec

from sim.errors import InputError
from sim.report.texts import Lang


def serve(given: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    if any(find_spec(name) is None for name in ("starlette", "uvicorn", "websockets")):
        raise InputError("cpsim serve needs the extra 'web': pip install 'community-policing-sim[web]'")
    import uvicorn

    from sim.web.app import make_app
    from sim.web.guard import words_at_start
    from sim.web.settings import Settings, is_loopback
    from sim.web.words import say

    lang: Lang = given.lang
    refuse_taken_port(given.host, given.port)
    token = "" if is_loopback(given.host) else given.token or secrets.token_urlsafe(24)
    settings = Settings(given.store, given.host, given.port, token, given.workers, allow_folders=not given.no_folders)
    url = f"http://{_named(given.host)}:{given.port}/" + (f"?token={token}" if token else "")
    app = make_app(settings)

    class Telling(uvicorn.Server):
        """Say where the page is once it can be opened."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for sentence in (
                say(lang, "serve.up", url=url, store=given.store),
                *(say(lang, key) for key in words_at_start(settings)),
            ):
                print(sentence, flush=True)

    config = uvicorn.Config(
        app, host=given.host, port=given.port, log_level="warning", access_log=False, server_header=False,
        date_header=False, ws_max_size=1 << 20, timeout_graceful_shutdown=2,
    )  # fmt: skip
    Telling(config).run()
    return 0


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse a port at which something listens, in one sentence and before anything is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise InputError(
                f"--port must be free at --host, got {port} of {host!r} ({error.strerror}); try --port {port + 1}"
            ) from error


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host
