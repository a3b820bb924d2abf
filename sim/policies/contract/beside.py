"""The modules that lie beside the file of a strategy: found by what it imports, and read as texts."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from sim.errors import InputError


def modules_beside(source: str, folder: Path) -> dict[str, str]:
    """Read the texts of the modules of a folder that a source imports, and that those import, by name.

    Raises
    ------
    InputError
        If one is a package or no text.
    """
    texts: dict[str, str] = {}
    todo = [source]
    while todo:
        for name in sorted(set(imported_names(todo.pop()))):
            top = name.partition(".")[0]
            if top in texts or top == "sim" or top in sys.stdlib_module_names:
                continue
            file = folder / f"{top}.py"
            if file.is_file():
                texts[top] = read_source(file)
                todo.append(texts[top])
            elif (folder / top / "__init__.py").is_file():
                raise InputError(
                    f"a policy file may import single modules beside it, and {top!r} is a package: make it one file, "
                    "or install the strategy as a package of its own"
                )
    return dict(sorted(texts.items()))


def imported_names(source: str) -> Iterator[str]:
    """Name the modules that a source imports, anywhere in it; a source with a fault in it imports nothing."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module


def read_source(path: Path) -> str:
    """Read the text of a module.

    Raises
    ------
    InputError
        If it cannot be read, or is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"a policy file must be readable Python in UTF-8, but reading {str(path)!r} failed: {error}"
        ) from error
