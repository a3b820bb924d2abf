"""A checksum of what a class does that stands in no file: its code, and all that the code reaches.

A class of a notebook has no text of its own, and what it calls may stand in other cells. So the compiled code is taken,
of the class and of every function, class and value of the notebook that it names, through as many steps as there are.
"""

from __future__ import annotations

import dis
import hashlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pydantic import BaseModel

MAIN = "__main__"
_GLOBAL_STEPS = frozenset(("LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL"))


def is_own(module: ModuleType | None) -> bool:
    """Tell whether a module is the user's own work: neither a part of Python or this package, nor installed."""
    file = getattr(module, "__file__", None)
    if module is None or file is None or module.__name__.partition(".")[0] == "sim":
        return False
    return not any(Path(file).is_relative_to(prefix) for prefix in (sys.prefix, sys.base_prefix))


class NoFingerprintError(Exception):
    """Tell that a value cannot be reduced to a checksum."""


def fingerprint_class(kind: type) -> str:
    """Give the checksum of a class of the main module; the same in this process and in a worker.

    Raises
    ------
    NoFingerprintError
        If something that it reaches is neither code nor plain data.
    """
    walk = _Walk()
    walk.visit(kind)
    return walk.checksum.hexdigest()


def fingerprint_value(value: object) -> str:
    """Give the checksum of plain data: numbers, texts, arrays, tables.

    Raises
    ------
    NoFingerprintError
        If the value cannot be pickled.
    """
    import joblib  # noqa: PLC0415 - only strategies from outside need it

    try:
        return str(joblib.hash(value, hash_name="sha1"))
    except Exception as error:  # whatever the methods of a stranger's class raise
        raise NoFingerprintError(f"a {type(value).__name__} cannot be reduced to a checksum") from error


class _Walk:
    """Go through everything that a class reaches, each thing once, in an order that is always the same."""

    def __init__(self) -> None:
        self.checksum = hashlib.sha256()
        self._seen: dict[int, int] = {}
        self._kept: list[object] = []
        """what was seen, so that no other thing gets its number"""

    def visit(self, thing: Any) -> None:  # noqa: ANN401 - anything that a notebook may hold
        """Add a thing."""
        if isinstance(thing, staticmethod | classmethod):
            self.visit(thing.__func__)
        elif isinstance(thing, property):
            for part in (thing.fget, thing.fset, thing.fdel):
                self.visit(part)
        elif isinstance(thing, ModuleType):
            self._visit_module(thing)
        elif isinstance(thing, type | FunctionType):
            self._visit_definition(thing)
        elif isinstance(thing, CodeType):
            self._visit_code(thing)
        else:
            self._add("value", fingerprint_value(thing))

    def _visit_definition(self, thing: type | FunctionType) -> None:
        self._add("definition", thing.__module__, thing.__qualname__)
        if id(thing) in self._seen:
            self._add("again", str(self._seen[id(thing)]))
            return
        self._seen[id(thing)] = len(self._seen)
        self._kept.append(thing)
        if thing.__module__ != MAIN and not is_own(sys.modules.get(thing.__module__)):
            return
        if isinstance(thing, type):
            self._visit_class(thing)
        else:
            self._visit_function(thing)

    def _visit_module(self, module: ModuleType) -> None:
        self._add("module", module.__name__)
        if not is_own(module) or id(module) in self._seen:
            return
        self._seen[id(module)] = len(self._seen)
        for name, value in sorted(vars(module).items()):
            if not name.startswith("__"):
                self._add("global", name)
                self.visit(value)

    def _visit_class(self, kind: type) -> None:
        for base in kind.__bases__:
            self.visit(base)
        if issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                self._add("field", name, repr(field.annotation))
        for name, value in sorted(vars(kind).items()):
            is_own = callable(value) or isinstance(value, staticmethod | classmethod | property)
            if (name.startswith("__") or name == "_abc_impl") and not isinstance(value, FunctionType):
                continue
            if not is_own and name in ("model_config", "name"):
                continue
            self._add("attribute", name)
            self.visit(value)

    def _visit_function(self, function: FunctionType) -> None:
        self.visit(function.__code__)
        for value in (function.__defaults__, *sorted((function.__kwdefaults__ or {}).items())):
            self._visit_values(value)
        for cell in function.__closure__ or ():
            try:
                self.visit(cell.cell_contents)
            except ValueError:  # an empty cell
                self._add("empty")
        for name in sorted(set(_globals_of(function.__code__))):
            if name in function.__globals__:
                self._add("global", name)
                self.visit(function.__globals__[name])

    def _visit_values(self, values: object) -> None:
        for value in values if isinstance(values, tuple) else (values,):
            self.visit(value)

    def _visit_code(self, code: CodeType) -> None:
        names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        self._add("code", code.co_code.hex(), repr(names), str(code.co_argcount), str(code.co_flags))
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self.visit(constant)
            else:
                self._add("constant", _words(constant))

    def _add(self, *words: str) -> None:
        self.checksum.update("\0".join(words).encode("utf-8", "surrogatepass") + b"\n")


def _words(constant: object) -> str:
    """Write a constant of code; a set has no order of its own."""
    return f"set {sorted(map(repr, constant))}" if isinstance(constant, frozenset) else repr(constant)


def _globals_of(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in _GLOBAL_STEPS:
            yield str(step.argval)
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from _globals_of(constant)
