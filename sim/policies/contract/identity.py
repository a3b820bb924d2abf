"""What determines a strategy from outside the package: its text, what lies beside it, what it reads."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.policies.contract import foreign
from sim.policies.contract.beside import imported_names
from sim.policies.contract.fingerprint import MAIN, NoFingerprintError, fingerprint_class
from sim.policies.contract.reading import files_of, module_values, unknown
from sim.policies.protocol import PolicyModel


def foreign_identity(kind: type[PolicyModel]) -> dict[str, Any]:
    """Tell what a class from outside the package does: two with the same identity may share a run.

    Returns
    -------
    identity
        `source_sha256` of the text of its module, or, of a class of a script's main part or a notebook, `code_sha256`
        of its code and of all that the code reaches; and, where there are any, by name the checksums of `modules`
        beside it that it imports, of the `values` that these modules hold, and of the `files` that it declares
    """
    parts: dict[str, Any] = {}
    if kind.__module__ == MAIN:
        try:
            parts["code_sha256"] = fingerprint_class(kind)
        except NoFingerprintError:
            parts["code_sha256"] = unknown()
    else:
        parts |= _of_file(kind) if kind.__module__.startswith(foreign.MODULE_PREFIX) else _of_module(kind.__module__)
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files_of(kind))}
    return {name: value for name, value in (parts | {"files": files}).items() if value}


def _of_file(kind: type[PolicyModel]) -> dict[str, Any]:
    texts = foreign.texts_of(kind)
    return {
        "source_sha256": foreign.source_hash(texts.source),
        "modules": {name: foreign.source_hash(text) for name, text in texts.beside.items()},
        "values": foreign.values_of(kind),
    }


@cache  # taken once, before the strategy first decides: what a run leaves behind in a module is no input of the next
def _of_module(name: str) -> dict[str, Any]:
    """Tell what an installed module, or one beside a script, does: itself, and what it imports of its own package."""
    module = sys.modules.get(name)
    text = _text_of(module)
    if module is None or text is None:
        return {"source_sha256": unknown()}
    own = _own_modules(module, text)
    return {
        "source_sha256": foreign.source_hash(text),
        "modules": {one: foreign.source_hash(_text_of(loaded) or unknown()) for one, loaded in sorted(own.items())},
        "values": module_values(module, own),
    }


def _own_modules(module: ModuleType, text: str) -> dict[str, ModuleType]:
    """Find the loaded modules of the same package, or of the same folder, that a module imports, and those import."""
    package = module.__name__.partition(".")[0]
    folder = Path(str(module.__file__)).parent
    own: dict[str, ModuleType] = {}
    todo = [text]
    while todo:
        for name in sorted(set(imported_names(todo.pop()))):
            loaded = sys.modules.get(name)
            file = getattr(loaded, "__file__", None)
            if loaded is None or file is None or loaded is module or name in own:
                continue
            is_own = name.partition(".")[0] == package or (Path(file).parent == folder and "." not in module.__name__)
            if is_own and not name.startswith("sim."):
                own[name] = loaded
                todo.append(_text_of(loaded) or "")
    return own


def _text_of(module: ModuleType | None) -> str | None:
    file = getattr(module, "__file__", None)
    try:
        return None if file is None else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
