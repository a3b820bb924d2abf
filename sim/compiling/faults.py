"""Say in a few lines what in the core cannot be compiled, and where.

Numba tells its whole way to an error, once for each function that calls the faulty one: hundreds of
lines, often without the file. Who edits a rule needs the function, the line and the first cause.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any

from numba.core.ir import Loc
from numba.core.types import Record

MOST_LINES = 2
"""Lines of Numba's own words that are worth reading; the rest is the way, or all that was tried in vain."""
NOISE = re.compile(
    r"^(Failed in \w+ mode pipeline|During: |File \"|<source |There are \d+ candidate|- Resolution failure"
    r"|Enable logging|This (error|is) (may have been|not usually)|To see Python|For more info)"
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class CompileError(Exception):
    """A function of the core cannot be compiled; the message names file, line, function and cause."""


def short_error(function: Callable[..., Any], error: Exception) -> CompileError:
    """Make an error that says where in `function`, or in what it calls, compilation failed, and why.

    An error that is short already, from a function that is called, is passed on without the way to it.
    """
    if isinstance(error, CompileError):
        return CompileError(*error.args)
    file, line = _place(function, error)
    source = linecache.getline(file, line).strip()
    return CompileError(f"{_short(file)}:{line} in {function.__name__}: {_cause(error)}\n    {source}")


def _place(function: Callable[..., Any], error: Exception) -> tuple[str, int]:
    """Find the line: Numba says it of its own errors, and was busy with it when another error came up."""
    code = function.__code__
    at = getattr(error, "loc", None) or _last_place(error.__traceback__)
    if at is None or at.line is None:
        return code.co_filename, code.co_firstlineno
    return str(at.filename), int(at.line)


def _last_place(traceback: TracebackType | None) -> Any:  # noqa: ANN401 - a place as Numba writes it down
    last = None
    while traceback is not None:
        there = [value for value in traceback.tb_frame.f_locals.values() if isinstance(value, Loc)]
        last = there[-1] if there else last
        traceback = traceback.tb_next
    return last


def _columns_asked(traceback: TracebackType | None) -> list[str]:
    """List the columns of the table in which Numba looked for one in vain."""
    columns: list[str] = []
    while traceback is not None:
        tables = [value for value in traceback.tb_frame.f_locals.values() if isinstance(value, Record)]
        columns = list(tables[-1].fields) if tables else columns
        traceback = traceback.tb_next
    return columns


def _cause(error: Exception) -> str:
    if isinstance(error, KeyError):  # how Numba answers for a column that a table does not have
        name = str(error.args[0])
        near = get_close_matches(name, _columns_asked(error.__traceback__), 1)
        return f"no column or parameter is called {name!r}" + (f" (did you mean {near[0]!r}?)" if near else "")
    lines = [line.strip() for line in COLOURS.sub("", str(error)).splitlines()]
    telling = [line for line in lines if line and not NOISE.match(line)]
    return f"{type(error).__name__}: " + "\n    ".join(telling[:MOST_LINES])


def _short(file: str) -> str:
    path, package = Path(file), Path(__file__).parents[2]
    return str(path.relative_to(package)) if path.is_relative_to(package) else file
