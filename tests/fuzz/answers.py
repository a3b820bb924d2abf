"""The command line called in process, and what its answer must be, whatever it was given."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from sim.cli import main

LONGEST_S = 60.0
"""A command that takes longer hangs."""
QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings that Python itself does not show to users."""
SPOILT = re.compile(r"Traceback|\wWarning\b|fault of the program|^Exception|\bERROR\b", re.MULTILINE)
RAW = re.compile(
    r"\b(KeyError|TypeError|IndexError|AttributeError|OverflowError|UnboundLocalError|AssertionError|ZeroDivisionError)\b"
)
"""Names of errors that say nothing to a user."""


class Hang(BaseException):
    """Be raised in a command that takes too long."""


@dataclass(frozen=True)
class Answer:
    """Hold what a command answered."""

    words: tuple[str, ...]
    code: int | None
    out: str
    err: str
    warned: tuple[str, ...]
    seconds: float

    def complaint(self, may_find: bool = False) -> str:  # noqa: PLR0911 - one for each rule
        """Say what is wrong with the answer, or nothing; a command that looks for damage may find some (exit 1)."""
        told = self.out + "\n" + self.err
        if self.code not in ((0, 1, 2) if may_find else (0, 2)):
            return f"exit code {self.code}"
        if SPOILT.search(told):
            return "a traceback, a warning or a fault of the program on screen"
        if self.warned:
            return f"warning: {self.warned[0]}"
        if self.code == 2:
            sentences = [line for line in self.err.splitlines() if line.startswith("cpsim: ")]
            if len(sentences) != 1:
                return f"{len(sentences)} sentences"
            if RAW.search(sentences[0]) and "policy" not in sentences[0]:
                return "the name of an error for a sentence"
            if len(sentences[0]) > 2000:
                return f"a sentence of {len(sentences[0])} letters"
        elif not self.out.strip():
            return "no word of what was done"
        return ""


def ask(words: Sequence[object]) -> Answer:
    """Call the command line with everything caught that a user would see, also what libraries in C write."""
    line = tuple(str(word) for word in words)
    begun = time.monotonic()
    with _caught() as (out, err), warnings.catch_warnings(record=True) as caught, _watched():
        warnings.simplefilter("always")
        code: int | None
        try:
            code = main(line)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except Hang:
            code = None
            traceback.print_exc()
        except BaseException:
            code = -1
            traceback.print_exc()
    seen = tuple(f"{one.category.__name__}: {one.message}" for one in caught if not issubclass(one.category, QUIET))
    return Answer(line, code, out[0], err[0], seen, time.monotonic() - begun)


@contextmanager
def _watched() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    faulthandler.dump_traceback_later(2 * LONGEST_S, exit=True, file=sys.__stderr__)  # where C never comes back
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _caught() -> Iterator[tuple[list[str], list[str]]]:
    """Send the standard streams, Python's and the system's, into files and read them afterwards."""
    texts: tuple[list[str], list[str]] = ([], [])
    before = sys.stdout, sys.stderr
    handles = [os.dup(1), os.dup(2)]
    files = [Path(tempfile.mkstemp()[1]) for _ in range(2)]
    try:
        for number, file in enumerate(files, 1):
            opened = os.open(file, os.O_WRONLY | os.O_APPEND)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdout, sys.stderr = (
            TextIOWrapper(open(file, "ab", buffering=0), encoding="utf-8", write_through=True)  # noqa: SIM115
            for file in files
        )
        yield texts
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.close()
        sys.stdout, sys.stderr = before
        for number, handle in enumerate(handles, 1):
            os.dup2(handle, number)
            os.close(handle)
        for text, file in zip(texts, files, strict=True):
            text.append(file.read_text(encoding="utf-8", errors="replace"))
            file.unlink()
