"""One process of this machine that does jobs one after the other, and what it says of each."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Literal

import cloudpickle

from sim.errors import DiskError, InputError

UNGUARDED_CODE = 78
"""Exit code of a worker that met the lines that start workers while it loaded the user's script."""

Kind = Literal["done", "refused", "postponed", "failed", "late", "killed", "not begun"]


@dataclass(frozen=True)
class Reply:
    """Hold what became of a job in a worker."""

    kind: Kind
    value: Any = None
    """what came out, or the problem in words"""
    exit_code: int = 0
    """of a process that ended before it was done; below 0 the signal that ended it"""


def end_if_loading() -> None:
    """End this process where it is a worker that loads the script of its user: the script starts workers unguarded.

    The exit code tells the parent, so that the sentence for the user is said once, by the parent.
    """
    if getattr(current_process(), "_inheriting", False):
        raise SystemExit(UNGUARDED_CODE)


class Worker:
    """A process of its own; a new one in its place whenever it has died."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self.has_begun = False
        self._message: bytes | None = None
        """the job, until the process has begun and takes it"""
        self._limit_s: float | None = None
        self._deadline = float("inf")

    def give(self, message: bytes, limit_s: float | None) -> None:
        """Give it a job, packed by `pack`; its time counts from when the process takes it."""
        self._message, self._limit_s, self._deadline = message, limit_s, float("inf")
        if self._process is None or not self._process.is_alive():
            self.end()
            self._start()
        else:
            self._send()

    def handles(self) -> list[Any]:
        """List what can be waited for: a message, or the end of the process."""
        assert self._process is not None
        return [self._pipe, self._process.sentinel]

    def look(self) -> Reply | None:
        """Tell what became of the job; None while it goes on."""
        assert self._process is not None
        assert self._pipe is not None
        is_over = not self._process.is_alive()
        try:
            while self._pipe.poll():
                said = self._pipe.recv_bytes()
                if self.has_begun:
                    return Reply(*pickle.loads(said))
                self.has_begun = True
                self._send()
        except (EOFError, OSError):
            is_over = True
        if is_over:
            return self._ended()
        if time.monotonic() > self._deadline:
            self.end()
            return Reply("late")
        return None

    def end(self) -> None:
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process, self._pipe, self.has_begun = None, None, False

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, other_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(other_end, os.getpid()), daemon=True)
        self._process.start()
        other_end.close()  # so that the end of the process ends what can be read here

    def _send(self) -> None:
        if self._message is None:
            return
        assert self._pipe is not None
        self._deadline = time.monotonic() + (float("inf") if self._limit_s is None else self._limit_s)
        with suppress(OSError):  # it has just died, and `look` will see it
            self._pipe.send_bytes(self._message)
        self._message = None

    def _ended(self) -> Reply:
        assert self._process is not None
        self._process.join(5.0)
        code, begun = self._process.exitcode or 0, self.has_begun
        self.end()
        return Reply("killed" if begun or code < 0 else "not begun", exit_code=code)


def pack(do: object, argument: object) -> bytes:
    """Pack a job for another process, classes and functions of a notebook or a script included.

    Raises
    ------
    InputError
        If something in it cannot be sent.
    """
    try:
        packed: bytes = cloudpickle.dumps((do, argument))
    except Exception as error:  # whatever the methods of a stranger's class raise
        raise InputError(
            f"a job must be such that it can be sent to another process, and this one cannot: "
            f"{type(error).__name__}: {error}"
        ) from error
    return packed


def words_for(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"it ended itself with exit code {code}"
    name = signal.Signals(-code).name if -code in {one.value for one in signal.Signals} else f"signal {-code}"
    return "it was killed, perhaps for want of memory" if name == "SIGKILL" else f"it was ended by {name}"


def _serve(pipe: Connection, parent: int) -> None:
    """Do jobs until the parent has no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    _end_with(parent)
    pipe.send_bytes(b"begun")
    while True:
        try:
            message = pipe.recv_bytes()
        except EOFError:
            return
        try:
            answer = cloudpickle.dumps(_do(message))
        except Exception as error:  # a result that cannot be sent is a fault of the job
            answer = pickle.dumps(("failed", f"{type(error).__name__}: {error}"))
        pipe.send_bytes(answer)


def _do(message: bytes) -> tuple[Kind, Any]:
    try:
        do, argument = pickle.loads(message)
        return "done", do(argument)
    except DiskError as error:
        return "postponed", str(error)
    except InputError as error:
        return "refused", str(error)
    except Exception as error:  # a failed job is a row, not the end of the batch
        return "failed", f"{type(error).__name__}: {error}"


def _end_with(parent: int) -> None:
    """End this process as soon as its parent is gone: nobody would collect what it makes."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def script_of_parent() -> str:
    """Name the script that a worker loads before it begins; '' where there is none, as in a notebook."""
    return str(getattr(sys.modules["__main__"], "__file__", None) or "")
