"""Policies from outside the package: read from a file, kept to the protocol, carried to workers as source text."""

from __future__ import annotations

import ast
import builtins
import copyreg
import hashlib
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from sim.errors import InputError
from sim.policies.contract.beside import modules_beside, read_source
from sim.policies.contract.fingerprint import MAIN
from sim.policies.contract.reading import declared_files_only, files_of, module_values
from sim.policies.protocol import PolicyModel

MODULE_PREFIX = "_cpsim_policy_"
LOADING = f"{MODULE_PREFIX}loading"
"""Name of a module until what it holds is known; always the same, since a checksum of its data may hold the name."""
ALLOWED = frozenset(
    (
        "sim.params",
        "sim.policy",
        "sim.policies.duties",
        "sim.policies.meetings",
        "sim.policies.visiting",
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
    """Run the source of a policy file as a module of its own, with the modules beside it that it imports.

    The module is named for the hash of the texts and of the data that it holds when it is loaded: the same file is the
    same class within a process, and an edited file, module or table is another one.

    Raises
    ------
    InputError
        If the file cannot be read or run, or imports what a policy must not see.
    """
    source = read_source(path)
    return _run(Texts(source, str(path.resolve()), modules_beside(source, path.parent)))


@dataclass(frozen=True)
class Texts:
    """Hold the texts of a policy: all that a worker needs to have the same one."""

    source: str
    file: str
    beside: dict[str, str]
    """the modules beside it that it imports, by name"""

    @property
    def file_name(self) -> str:
        """Give the name of the file."""
        return Path(self.file).name

    @property
    def sha256(self) -> str:
        """Give the checksum of all texts; of a single file, that of its text."""
        parts = [f"{name}:{source_hash(text)}" for name, text in self.beside.items()]
        return source_hash("\n".join([source_hash(self.source), *parts])) if parts else source_hash(self.source)


def source_hash(source: str) -> str:
    """Give the SHA-256 of a source text."""
    return hashlib.sha256(source.encode()).hexdigest()


def source_of(kind: type[PolicyModel]) -> str | None:
    """Give the source of the module that a policy class stands in, or None (a notebook, an interactive session)."""
    module = sys.modules.get(kind.__module__)
    if module is None or kind.__module__ == MAIN:
        return None
    if kind.__module__.startswith(MODULE_PREFIX):
        return str(texts_of(kind).source)
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


def _run(texts: Texts, expected: dict[str, str] | None = None) -> ModuleType:
    """Run the texts of a policy, or give the module that the same texts and the same data made before.

    Parameters
    ----------
    expected
        the data that it shall hold, as `module_values` gives it, where it was loaded before in another process
    """
    if expected is not None and (known := _module_name(texts, expected)) in sys.modules:
        return sys.modules[known]
    modules: dict[str, ModuleType] = {}
    try:
        module = _execute(LOADING, texts.source, texts.file, texts, modules)
        values = module_values(module, modules)
    finally:
        for name in [LOADING, *(f"{LOADING}.{one}" for one in texts.beside)]:
            sys.modules.pop(name, None)
    if expected is not None and values != expected:
        changed = sorted({name for name, _ in values.items() ^ expected.items()})
        raise InputError(
            f"{texts.file_name}: what it reads must stay as it was when the run was planned, and {changed[0]} is "
            "another one now: give the command again"
        )
    name = _module_name(texts, values)
    if name in sys.modules:
        return sys.modules[name]
    for one, loaded in ((name, module), *((f"{name}.{beside}", loaded) for beside, loaded in modules.items())):
        _rename(loaded, one)
    module.__dict__.update(__texts__=texts, __values__=values)
    return module


def _module_name(texts: Texts, values: dict[str, str]) -> str:
    return MODULE_PREFIX + source_hash(f"{texts.sha256}:{texts.file}:{sorted(values.items())}")[:16]


def _execute(name: str, source: str, file: str, texts: Texts, modules: dict[str, ModuleType]) -> ModuleType:
    """Run one text as a module; what it imports of the modules beside it is run when it is asked for."""
    file_name = Path(file).name
    where = f"<policy {file_name} {source_hash(source)[:8]}>"
    module = ModuleType(name)
    imports = {**vars(builtins), "__import__": _importer(texts, modules)}
    module.__dict__.update(__file__=file, __where__=where, __file_name__=file_name, __builtins__=imports)
    try:
        _refuse_forbidden(source, file_name)
        code = compile(source, where, "exec")
        sys.modules[name] = module  # pydantic looks a class's annotations up there
        exec(code, module.__dict__)
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        line = _line_of(error, where)
        raise InputError(
            f"{file_name}{line} must run as Python, but failed: {type(error).__name__}: {error}"
        ) from error
    linecache.cache[where] = (len(source), None, source.splitlines(keepends=True), where)
    return module


def _importer(texts: Texts, modules: dict[str, ModuleType]) -> Callable[..., Any]:
    """Give a policy an import of its own: a module beside it belongs to it alone, whatever else has its name."""

    def load(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as `__import__`
        level = rest[3] if len(rest) > 3 else 0
        if level or name not in texts.beside:
            return builtins.__import__(name, *rest)
        if name not in modules:
            file = str(Path(texts.file).with_name(f"{name}.py"))
            modules[name] = _execute(f"{LOADING}.{name}", texts.beside[name], file, texts, modules)
        return modules[name]

    return load


def _rename(module: ModuleType, name: str) -> None:
    """Give a module that has been loaded its name, and its policies a way to other processes."""
    before, module.__name__ = module.__name__, name
    sys.modules[name] = module
    for one in vars(module).values():
        if getattr(one, "__module__", None) != before or not isinstance(one, type | FunctionType):
            continue
        one.__module__ = name
        if isinstance(one, type) and issubclass(one, PolicyModel):
            copyreg.pickle(one, _reduce)


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

    What it opens without declaring it is such an error, too: the result would depend on something that is not named.

    Raises
    ------
    InputError
        If something inside raises, below a line of the policy's own module.
    """
    parts = [one for stage in policy.ever() for part in stage for one in part.made_of()]
    strangers = [part for part in parts if is_foreign(type(part))]
    try:
        with declared_files_only({where_of(type(part)): files_of(type(part)) for part in strangers}):
            yield
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        for part in strangers:
            line = _line_of(error, where_of(type(part)))
            if line:
                raise InputError(
                    f"{_shown_name(type(part))}{line}: policy {part.name!r} failed: {type(error).__name__}: {error}; "
                    "`cpsim policy check` finds such faults before a run"
                ) from error
        raise


def where_of(kind: type[PolicyModel]) -> str:
    """Give the name that compiled code of a policy carries as that of its file."""
    return str(kind.decide.__code__.co_filename)


def _shown_name(kind: type[PolicyModel]) -> str:
    module = sys.modules.get(kind.__module__)
    return str(getattr(module, "__file_name__", None) or where_of(kind))


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


def texts_of(kind: type[PolicyModel]) -> Texts:
    """Give the texts of a policy that was loaded from a file."""
    texts: Texts = sys.modules[_own_module(kind)].__texts__
    return texts


def values_of(kind: type[PolicyModel]) -> dict[str, str]:
    """Give the checksums of the data that a policy from a file held when it was loaded, by name."""
    values: dict[str, str] = sys.modules[_own_module(kind)].__values__
    return values


def _own_module(kind: type[PolicyModel]) -> str:
    """Name the module of the file itself, also of a class of a module beside it."""
    return kind.__module__.partition(".")[0]


def _reduce(policy: PolicyModel) -> tuple[Any, ...]:
    """Pickle a policy by its texts, so that a worker on another machine runs the very same ones."""
    kind = type(policy)
    beside = kind.__module__.partition(".")[2]
    return _rebuild, (texts_of(kind), values_of(kind), beside, kind.__name__, policy.model_dump())


def _rebuild(
    texts: Texts, expected: dict[str, str], beside: str, class_name: str, values: dict[str, Any]
) -> PolicyModel:
    module = _run(texts, expected)
    owner = sys.modules[f"{module.__name__}.{beside}"] if beside else module
    policy: PolicyModel = getattr(owner, class_name)(**values)
    return policy
