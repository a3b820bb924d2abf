"""Check that compiled code names only what is declared, and writes only what a checkpoint keeps.

Otherwise a misspelt column, parameter or array is found when the core is compiled, after half a minute; and what a rule
remembers in an array that is made anew is lost, without a word, when a run is resumed. This reads the source alone:
`python .ci/check_names.py [FOLDER OR FILE ...]`, by default the compiled code of the package.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import types

from sim.agents.dispatch import Crew
from sim.agents.population.contraction import Contraction, Graph
from sim.agents.population.drives import ONWARD, Drives
from sim.agents.population.paths import Legs
from sim.agents.population.squares import Squares
from sim.agents.state import Buffers, Roads, State
from sim.world import DERIVED

PACKAGE = Path(__file__).parents[1] / "sim"
COMPILED = {"compiled", "phase", "compiled_as"}
BUNDLES = {bundle.__name__: dict(bundle.struct.parts) for bundle in (State, Roads, Buffers)} | {
    given.__name__: dict.fromkeys(given._fields) for given in (Contraction, Crew, Graph, Legs, Squares)
}
BUNDLES["Drives"] = dict.fromkeys(Drives._fields) | {"onward": numba.typeof(np.empty(0, ONWARD))}
Kind = Any
"""What an expression is: a bundle of arrays (a dict), a type of Numba's (an array, or the record of a row), or None."""


class Names:
    """Follow the local names of one function, and note what is not declared."""

    def __init__(self, tables: dict[str, types.Record]) -> None:
        self.tables = tables
        self.kinds: dict[str, list[Kind]] = {}
        self.wrong: list[tuple[int, str]] = []

    def read(self, function: ast.FunctionDef) -> None:
        """Learn the kinds of all local names, then look at all that is read of them."""
        for argument in function.args.args:
            told = ast.unparse(argument.annotation) if argument.annotation else ""
            self.kinds[argument.arg] = [BUNDLES.get(told.strip("'\""))]
        assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
        for _ in range(3):  # an alias of an alias of an alias
            for node in assigned:
                for target in node.targets:
                    self._assign(target, node.value)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign | ast.AugAssign):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    self._check_written(target)
            if isinstance(node, ast.Attribute):
                self._check_attribute(node)
            elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                self._check_column(node, node.slice.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._assign(one, other)
        elif isinstance(target, ast.Name):
            told = self.kinds.setdefault(target.id, [])
            told.extend(kind for kind in self.kinds_of(value) if kind not in told)

    def kinds_of(self, node: ast.expr) -> list[Kind]:
        """List what an expression may be."""
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id, [])
        if isinstance(node, ast.IfExp):
            return self.kinds_of(node.body) + self.kinds_of(node.orelse)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            return self.kinds_of(node.func.value)
        if isinstance(node, ast.Attribute):
            return [_part(kind, node.attr) for kind in self.kinds_of(node.value)]
        if isinstance(node, ast.Subscript):
            return [_element(kind, node.slice) for kind in self.kinds_of(node.value)]
        return []

    def _check_attribute(self, node: ast.Attribute) -> None:
        for kind in self.kinds_of(node.value):
            if isinstance(kind, dict) and node.attr not in kind:
                self._note(node, f"no array of the state is called {node.attr!r}", list(kind))
            elif isinstance(kind, types.Record) and node.attr not in kind.fields:
                self._note(node, f"{self._owner(kind)} has no column {node.attr!r}", list(kind.fields))
            elif isinstance(kind, types.Array) and not hasattr(np.ndarray, node.attr):
                self._note(node, f"an array has no {node.attr!r}; a row of it may have", [])
            elif kind is None and isinstance(node.value, ast.Name) and not hasattr(np.generic, node.attr):
                every = {column for record in self.tables.values() for column in record.fields}
                if node.attr not in every:  # a row of some table, given as an argument
                    self._note(node, f"no table has a column {node.attr!r}", sorted(every))

    def _check_written(self, target: ast.expr) -> None:
        for one in target.elts if isinstance(target, ast.Tuple) else [target]:
            place = one.value if isinstance(one, ast.Attribute | ast.Subscript) else None
            if place is None:
                continue
            for kind in self.kinds_of(place):
                record = kind.dtype if isinstance(kind, types.Array) else kind
                owners = {name for name, other in self.tables.items() if other == record}
                if owners and owners <= set(DERIVED):
                    self._refuse_memory(one, min(owners))
            in_state = isinstance(place, ast.Attribute) and any(isinstance(k, dict) for k in self.kinds_of(place.value))
            if isinstance(place, ast.Attribute) and in_state and place.attr in set(DERIVED) - set(self.tables):
                self._refuse_memory(one, place.attr)

    def _refuse_memory(self, node: ast.expr, name: str) -> None:
        what = "is made anew when a run is resumed, so what is written there is lost: see DERIVED in sim/world.py"
        self.wrong.append((node.lineno, f"`{name}` {what}"))

    def _check_column(self, node: ast.Subscript, name: object) -> None:
        for kind in self.kinds_of(node.value) if isinstance(name, str) else ():
            record = kind.dtype if isinstance(kind, types.Array) else kind
            if isinstance(record, types.Record) and name not in record.fields:
                self._note(node, f"{self._owner(record)} has no column {name!r}", list(record.fields))

    def _owner(self, record: types.Record) -> str:
        return " or ".join(f"`{name}`" for name, other in self.tables.items() if other == record)

    def _note(self, node: ast.expr, what: str, instead: list[str]) -> None:
        misspelt = what.rsplit("'", 2)[1]
        near = get_close_matches(misspelt, instead, 1)
        self.wrong.append((node.lineno, what + (f"; {near[0]!r} is near" if near else "")))


def _part(kind: Kind, name: str) -> Kind:
    part = kind.get(name) if isinstance(kind, dict) else None
    return dict(part.parts) if hasattr(part, "parts") else part


def _element(kind: Kind, index: ast.expr) -> Kind:
    if not isinstance(kind, types.Array) or (isinstance(index, ast.Constant) and isinstance(index.value, str)):
        return types.Array(types.float64, 1, "C") if isinstance(kind, types.Array) else None
    return kind if isinstance(index, ast.Slice) or not isinstance(kind.dtype, types.Record) else kind.dtype


def tables() -> dict[str, types.Record]:
    """List the tables of the state and of the ledger's buffers by name."""
    parts = BUNDLES["Buffers"] | BUNDLES["State"] | {f"out.{n}": kind for n, kind in BUNDLES["Buffers"].items()}
    arrays = {name: kind for name, kind in parts.items() if isinstance(kind, types.Array)}
    return {name: kind.dtype for name, kind in arrays.items() if isinstance(kind.dtype, types.Record)}


def undeclared(source: str) -> Iterator[tuple[int, str]]:
    """List line and fault of all names in compiled functions that are not declared."""
    declared = tables()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(_name(d) in COMPILED for d in node.decorator_list):
            names = Names(declared)
            names.read(node)
            yield from sorted(set(names.wrong))


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.id if isinstance(called, ast.Name) else ""


def main(given: list[str]) -> int:
    """Print every fault and tell whether there was one."""
    places = [Path(text) for text in given] or [PACKAGE]
    files = [file for place in places for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    faults = [f"{file}:{line}: {what}" for file in files for line, what in undeclared(file.read_text("utf-8"))]
    print("\n".join(faults) or f"{len(files)} files name only what is declared")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
