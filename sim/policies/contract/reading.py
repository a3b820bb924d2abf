"""What a strategy from outside the package reads beside its text: files that it declares, data that it holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from uuid import uuid4

from sim.errors import InputError
from sim.policies.contract.fingerprint import NoFingerprintError, fingerprint_value
from sim.policies.protocol import PolicyModel

CODE_ENDINGS = frozenset((".py", ".pyc", ".pyi", ".so", ".pyd", ".nbi", ".nbc", ".dll", ".dylib"))
UNKNOWN = "unknown-"
"""What the checksum begins with of something that has none."""
Allowed = Mapping[str, frozenset[Path]]
"""The files that code may open, by the name that compiled code carries as that of its own file."""
_ALLOWED: ContextVar[Allowed | None] = ContextVar("_ALLOWED", default=None)


def files_of(kind: type[PolicyModel]) -> frozenset[Path]:
    """Give the files that a strategy declares in `reads`, counted from the folder of its own file.

    Raises
    ------
    InputError
        If one is not there.
    """
    folder = _folder_of(kind)
    files = frozenset((folder / name).resolve() for name in kind.reads)
    for file in sorted(files):
        if not file.is_file():
            raise InputError(f"policy {kind.name!r} declares in `reads` a file that must exist, and {file} does not")
    return files


def _folder_of(kind: type[PolicyModel]) -> Path:
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return Path(file).parent if file else Path()


def module_values(module: ModuleType, beside: Mapping[str, ModuleType]) -> dict[str, str]:
    """Give the checksums of the data that modules hold, by name: what they read when they were loaded.

    What cannot be reduced to a checksum gets one that no other has, so that no run is taken for one of the same inputs.
    """
    named = {"": module} | {f"{name}.": one for name, one in sorted(beside.items())}
    return {
        f"{prefix}{name}": _checksum(value)
        for prefix, one in named.items()
        for name, value in sorted(vars(one).items())
        if not name.startswith("__") and _is_data(value)
    }


def _is_data(value: object) -> bool:
    """Tell whether a value may come from elsewhere than the text of its module."""
    return not isinstance(value, ModuleType | type | FunctionType) and not callable(value)


def _checksum(value: object) -> str:
    try:
        return fingerprint_value(value)
    except NoFingerprintError:
        return unknown()


def unknown() -> str:
    """Give a checksum that no other thing has."""
    return f"{UNKNOWN}{uuid4()}"


@contextmanager
def declared_files_only(allowed: Allowed) -> Iterator[None]:
    """Refuse that code opens a file for reading which it has not declared, as far as Python opens it.

    What a library in another language opens by itself (`pandas.read_parquet`) is not seen.
    """
    if not allowed:
        yield
        return
    _watch()
    before = _ALLOWED.set(allowed)
    try:
        yield
    finally:
        _ALLOWED.reset(before)


@cache
def _watch() -> None:
    sys.addaudithook(_on_event)


def _on_event(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or (allowed := _ALLOWED.get()) is None:
        return
    path, mode = arguments[0], arguments[1]
    if not isinstance(path, str | bytes) or (isinstance(mode, str) and not mode.startswith("r")):
        return
    file = Path(path.decode(errors="replace") if isinstance(path, bytes) else path)
    if file.suffix in CODE_ENDINGS or file.is_relative_to(sys.prefix) or file.is_relative_to(sys.base_prefix):
        return
    owner = _owner(sys._getframe(1), allowed)
    if owner and file.resolve() not in allowed[owner]:
        raise InputError(
            f"a policy must declare what it reads while it decides, and {owner} opened {str(path)!r}: write "
            f'reads = ("{file.name}",) in the class, or read it above the class when the file is loaded'
        )


def _owner(frame: FrameType | None, allowed: Allowed) -> str:
    """Find the watched code from which a call came."""
    while frame is not None:
        if frame.f_code.co_filename in allowed:
            return frame.f_code.co_filename
        frame = frame.f_back
    return ""
