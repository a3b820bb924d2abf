"""A browser at a true server: what the tests of the page share."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "page"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
SIZES = {"desktop": (1280, 800), "phone": (360, 760)}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
SMALL = '{"days":7,"seeds":2}'
UP_S, ANSWER_MS = 120, 900_000
AXE = Path(__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def serving(store):
    """Serve the page as a user does, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sim.cli", "serve", "--port", str(port), "--store", str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            wait_until_up(f"http://127.0.0.1:{port}/api/start", server)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(30)


def wait_until_up(url, server):
    end = time.monotonic() + UP_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not come up: {server.stdout.read() if server.poll() is not None else ''}")


def link(question=SMALL, view=""):
    """Write the end of an address that holds a question."""
    return f"#{f'v={view}&' if view else ''}q={quote(question)}"


def take_picture(page, name, folder):
    """Keep what is to be seen; in the docs where `CPSIM_PICTURES` is set."""
    folder = PICTURES if os.environ.get("CPSIM_PICTURES") else folder
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def find_faults(page):
    """Give what axe finds against WCAG 2.2 AA, each in a line. Its script comes past the page's own policy."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]
