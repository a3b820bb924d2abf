"""Refuse what does not come from this page: another host, another origin, a stranger without the token.

A page of the internet that is open in the same browser can send requests to a server on this machine, and by a name of
its own that it points here (DNS rebinding) even read the answers. So the name that was asked for must be one of this
server's, and whoever acts must come from the page itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.web.settings import Settings
from sim.web.words import both

SESSION, TOKEN = "cpsim_session", "cpsim_token"
SAFE = ("GET", "HEAD", "OPTIONS")
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self' {socket}; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""No inline script or style, nothing from elsewhere, and nobody may frame the page."""
WRONG_ORIGIN, WRONG_TOKEN, WRONG_HOST = 403, 401, 421
CLOSED_BY_POLICY = 1008


class Guard:
    """Stand before the whole application, its socket included.

    Parameters
    ----------
    app
        what is guarded
    settings
        host, port and token
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": CLOSED_BY_POLICY})
            return
        session = _cookie(headers, SESSION)
        scope.setdefault("state", {})["session"] = session or secrets.token_hex(16)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), headers, "" if session else scope["state"]["session"])
            await send(message)

        if refused is not None:
            await refused(scope, receive, send_guarded)
            return
        await self.app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return refusal(WRONG_HOST, "guard.host", host=host[:100])
        origin = headers.get("origin")
        acts = scope["type"] == "websocket" or scope["method"] not in SAFE
        if origin is not None and urlsplit(origin).netloc != host:
            return refusal(WRONG_ORIGIN, "guard.origin", origin=origin[:100])
        if acts and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return refusal(WRONG_ORIGIN, "guard.origin", origin=headers["sec-fetch-site"][:100])
        return self._token_refusal(scope, headers)

    def _is_ours(self, host: str) -> bool:
        """Tell whether a name is one under which this server may be asked for."""
        try:
            asked = urlsplit(f"//{host}")
            name, port = asked.hostname, asked.port or 80
        except ValueError:
            return False
        if name is None or (self.settings.port and port != self.settings.port):
            return False
        if self.settings.is_loopback:
            return name in LOOPBACK_NAMES
        return True  # any name of this machine; the token, which no other origin can send, stands for it

    def _token_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if not self.settings.token:
            return None
        if _same(_cookie(headers, TOKEN), self.settings.token):
            return None
        shown = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        if scope["type"] == "http" and scope["method"] == "GET" and _same(shown, self.settings.token):
            response = RedirectResponse(scope["path"], status_code=303)  # so that no link or history keeps it
            response.set_cookie(TOKEN, shown, httponly=True, samesite="strict", max_age=30 * 24 * 3600)
            return response
        return refusal(WRONG_TOKEN, "guard.token")

    def _add_headers(self, told: MutableHeaders, asked: Headers, new_session: str) -> None:
        host = asked.get("host", "") if self._is_ours(asked.get("host", "")) else ""
        told["content-security-policy"] = POLICY.format(socket=f"ws://{host} wss://{host}" if host else "").strip()
        told["x-content-type-options"] = "nosniff"
        told["referrer-policy"] = "no-referrer"
        told["cross-origin-opener-policy"] = "same-origin"
        told["cross-origin-resource-policy"] = "same-origin"
        told.setdefault("cache-control", "no-store")
        if new_session:
            told.append("set-cookie", f"{SESSION}={new_session}; HttpOnly; Path=/; SameSite=Strict")


def refusal(status: int, key: str, **slots: str) -> JSONResponse:
    """Refuse with one sentence."""
    return JSONResponse({"error": both(key, **slots)}, status_code=status)


def words_at_start(settings: Settings) -> Iterable[str]:
    """Name the keys of what must be said about safety when the server is up."""
    return () if settings.is_loopback else ("serve.token", "serve.plain")


def _cookie(headers: Headers, name: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except Exception:  # a cookie that cannot be read is none
        return ""
    value = jar[name].value if name in jar else ""
    return value if name != SESSION or _is_session(value) else ""


def _is_session(value: str) -> bool:
    return len(value) == 32 and all(letter in "0123456789abcdef" for letter in value)


def _same(shown: str, token: str) -> bool:
    return secrets.compare_digest(shown.encode(), token.encode())
