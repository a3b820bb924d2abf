"""Names of columns, parameters and arrays in compiled code are checked without compiling it."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("check_names", ROOT / ".ci" / "check_names.py")
check_names = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_names)


def test_compiled_code_names_only_what_is_declared(capsys):
    assert check_names.main([]) == 0, capsys.readouterr().out


def columns_named_in(source: str) -> list[ast.Attribute]:
    """List what compiled functions read by a dot, but for what is of arrays and modules (`size`, `math.exp`)."""
    declared = {column for record in check_names.tables().values() for column in record.fields}
    declared |= {name for bundle in check_names.BUNDLES.values() for name in bundle}
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and {ast.unparse(d) for d in node.decorator_list} & {"compiled", "phase"}
    ]
    return [
        node
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr in declared
    ]


def test_a_misspelt_name_is_found_wherever_it_stands():
    n_names, missed = 0, []
    for file in sorted((ROOT / "sim" / "agents").rglob("*.py")):
        lines = file.read_text("utf-8").splitlines(keepends=True)
        for node in columns_named_in("".join(lines))[::7]:  # every seventh keeps it to seconds
            line = lines[node.end_lineno - 1]
            begin = node.end_col_offset - len(node.attr)
            wrong = [*lines]
            wrong[node.end_lineno - 1] = line[:begin] + "q" + line[begin:]
            n_names += 1
            if node.end_lineno not in dict(check_names.undeclared("".join(wrong))):
                missed.append(f"{file.name}:{node.end_lineno} {ast.unparse(node)}")
    assert n_names > 200
    assert missed == []


MEMORY = """
@compiled
def remember(w: State, i: int) -> None:
    place = w.awareness[i]
    {line}
"""


def test_what_a_rule_would_remember_in_an_array_that_is_made_anew_is_refused():
    for line in ("place.segment = 3", "w.awareness[i].segment += 1", "w.paths[i] = 2", "w.year_phase[0] = 0.5"):
        ((_, told),) = check_names.undeclared(MEMORY.format(line=line))
        assert "made anew when a run is resumed" in told, line
    for line in ("w.residents[i].trust = 0.5", "seen = place.segment", "w.out.n[0].offences += 1"):
        assert not list(check_names.undeclared(MEMORY.format(line=line))), line
