"""Policies from outside the package: read from a file, kept to the protocol, carried to workers as source text."""

from __future__ import annotations

import ast
import copyreg
import hashlib
import inspect
import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.errors import InputError
from sim.policies.protocol import PolicyModel

MODULE_PREFIX = "_cpsim_policy_"
ALLOWED = frozenset(
    (
        "sim.params",
        "sim.policy",
        "sim.policies.duties",
        "sim.policies.maps.estimates",
        "sim.policies.levers",
        "sim.policies.protocol",
        "sim.policies.contract.registry",
    )
)
"""All that a policy may import of the package."""
BACK_DOORS = frozenset(("builtins", "ctypes", "gc", "importlib", "inspect", "pkgutil", "runpy", "sys"))
"""Modules that lead to the truth by another way."""
BACK_CALLS = frozenset(("__import__", "eval", "exec", "compile"))


def load_file(path: Path) -> ModuleType:
    """Run the source of a policy file as a module of its own.

    The module is named for the hash of its source: the same text is the same class within a process, and an edited
    file is another one.

    Raises
    ------
    InputError
        If the file cannot be read or run, or imports what a policy must not see.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"a policy file must be readable Python in UTF-8, but reading {str(path)!r} failed: {error}"
        ) from error
    return _run(source, path.name)


def source_hash(source: str) -> str:
    """Give the SHA-256 of a source text."""
    return hashlib.sha256(source.encode()).hexdigest()


def source_of(kind: type[PolicyModel]) -> str | None:
    """Give the source of the module that a policy class stands in, or None (a notebook, an interactive session)."""
    module = sys.modules.get(kind.__module__)
    if module is None or kind.__module__ == "__main__":
        return None
    if kind.__module__.startswith(MODULE_PREFIX):
        return str(module.__source__)
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return None


def is_foreign(kind: type[PolicyModel]) -> bool:
    """Tell whether a policy class comes from outside the package."""
    return not kind.__module__.startswith("sim.policies.")


def forbidden_imports(source: str) -> list[str]:
    """List what a policy's source imports or calls although it must not, in order of appearance.

    The rule exists so that no strategy can look at offences that were never reported. It keeps honest people
    honest; it is no sandbox.
    """
    return [name for node in ast.walk(ast.parse(source)) for name in _reached(node) if _is_forbidden(name)]


def _reached(node: ast.AST) -> Iterator[str]:
    """Name the modules and back calls that one node of the syntax tree reaches for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        if module in ("sim", "sim.policies"):
            yield from (f"{module}.{alias.name}" for alias in node.names)
        else:
            yield module
    elif isinstance(node, ast.Name) and node.id in BACK_CALLS:
        yield node.id


def _is_forbidden(name: str) -> bool:
    top = name.partition(".")[0]
    if top == "sim":
        return name not in ALLOWED
    return top in BACK_DOORS or name in BACK_CALLS or name.startswith(".")


def _run(source: str, file_name: str) -> ModuleType:
    digest = source_hash(source)
    name = MODULE_PREFIX + digest[:16]
    if name in sys.modules:
        return sys.modules[name]
    module = ModuleType(name)
    where = f"<policy {file_name} {digest[:8]}>"
    module.__dict__.update(__file__=where, __source__=source, __file_name__=file_name)
    try:
        _refuse_forbidden(source, file_name)
        code = compile(source, where, "exec")
        sys.modules[name] = module  # pydantic looks a class's annotations up there
        exec(code, module.__dict__)
    except InputError:
        sys.modules.pop(name, None)
        raise
    except (Exception, SystemExit) as error:
        sys.modules.pop(name, None)
        line = _line_of(error, where)
        raise InputError(
            f"{file_name}{line} must run as Python, but failed: {type(error).__name__}: {error}"
        ) from error
    linecache.cache[where] = (len(source), None, source.splitlines(keepends=True), where)
    for kind in vars(module).values():
        if isinstance(kind, type) and issubclass(kind, PolicyModel) and kind.__module__ == name:
            copyreg.pickle(kind, _reduce)
    return module


def _refuse_forbidden(source: str, file_name: str) -> None:
    wrong = forbidden_imports(source)
    if wrong:
        raise InputError(
            f"{file_name} must not use {wrong[0]!r}: a policy sees its observation only; "
            f"of the package it may import {', '.join(sorted(ALLOWED))}"
        )


@contextmanager
def faults_of(policy: PolicyModel) -> Iterator[None]:
    """Tell an error that arises in a policy from outside the package as one of its author, with file and line.

    Raises
    ------
    InputError
        If something inside raises, below a line of the policy's own module.
    """
    try:
        yield
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        kind = type(policy)
        module = sys.modules.get(kind.__module__)
        where = getattr(module, "__file__", None)
        line = _line_of(error, where) if where is not None and is_foreign(kind) else ""
        if not line:
            raise
        file = getattr(module, "__file_name__", where)
        raise InputError(
            f"{file}{line}: policy {policy.name!r} failed: {type(error).__name__}: {error}; "
            "`cpsim policy check` finds such faults before a run"
        ) from error


def _line_of(error: BaseException, where: str) -> str:
    """Name the line of the user's file at which an error arose."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    at, line = error.__traceback__, None
    while at is not None:
        if at.tb_frame.f_code.co_filename == where:
            line = at.tb_lineno
        at = at.tb_next
    return "" if line is None else f", line {line}"


def _reduce(policy: PolicyModel) -> tuple[Any, ...]:
    """Pickle a policy by its source, so that a worker on another machine runs the very same text."""
    kind = type(policy)
    module = sys.modules[kind.__module__]
    return _rebuild, (module.__source__, module.__file_name__, kind.__name__, policy.model_dump())


def _rebuild(source: str, file_name: str, class_name: str, values: dict[str, Any]) -> PolicyModel:
    policy: PolicyModel = getattr(_run(source, file_name), class_name)(**values)
    return policy
