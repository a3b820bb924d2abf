"""Write what the code determines into the pages of the model: schedule, parameters, columns of state and ledger.

python scripts/list_model.py
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from marked_pages import DOCS, table_of, write_page

from sim import engine, params, roles
from sim.agents import events, state, tables
from sim.agents.events import LEDGER
from sim.agents.tables import Column
from sim.ledger.columns import ENUMERATIONS
from sim.params import ByCrime, Interval, Several, describe, plain
from sim.scenarios.scenario import Scenario, groups
from sim.scenarios.sources import OUTSIDE, support_of

ROOT = Path(__file__).parents[1]
PARTS = {
    "run_shifts": "A run, from shift to shift",
    "open_world": "Before the first tick",
    "brief_force": "At the begin of a shift",
    "run_ticks": "A tick",
    "act_in_order": "Within a tick, in order of time",
    "calendar": "Once a day, at four in the morning",
    "drain": "After each shift, and when a buffer is full",
    "take_panels": "Every 30 days and at the end",
}
"""Functions of `sim/engine.py` that call the others, in the order of the page."""
LOOKS = {
    "build_world",
    "find_people",
    "frame_of",
    "list_people",
    "next_flare",
    "next_search_at",
    "next_search_end",
    "row_dtype",
}
"""What these functions call to look something up: nothing happens by it."""
THEN = "after a loop"
WHEN = {
    "": "",
    THEN: "then, up to the end of the tick",
    "resume is None": "unless it goes on from a checkpoint",
    "for shift in range(first, clock.n_shifts)": "each shift",
    "for stop in [last] if each_tick is None else range(shift * clock.ticks_a_shift + 1, last + 1)": "each shift",
    "while not run_ticks(state, stop)": "each shift, again when a buffer is full",
    "while c.tick < last": "each tick",
    "c.tick * minutes % DAY_MIN == PLAN_BEGINS_MIN": "at four in the morning",
    "c.tick * minutes % HOUR_MIN < minutes": "once an hour, for a part of a city",
    "c.tick * minutes % DAY_MIN == 0": "at midnight",
    "while True": "before each quarrel, blow in return, and begin or end of a search",
    "act_at == t": "if the end of a search comes first",
    "flare_at == t": "if the quarrel comes first",
    "grudge_at == t": "if the blow in return comes first",
    "not grudge_at == t": "if the begin of a search comes first",
    "done == clock.n_shifts": "at the end of the run",
}
"""The conditions of the schedule in words; one that has none stops this script."""
UNSAID = {
    "neighbours_start": "where the neighbours of a segment begin in `neighbours`",
    "neighbours": "segments that share a junction with a segment",
}
"""What arrays are of which the code does not say it."""
ROW_IS = {
    "offences": "an offence, whether or not anybody told the police",
    "calls": "a call, from the event to the end of the work on it",
    "incidents": "an offence on record: truth after report, delay and downgrading",
    "contacts": "a stop, check, visit, mediation session or attended call, and how it was felt",
    "arrests": "an arrest",
    "disputes": "a step in a quarrel",
    "orders": "a task that an officer was given",
    "days": "a day: counts, officer time by activity, mean attitudes",
    "segments": "a street segment over 30 days: police in sight, offences, disorder",
    "tickets": "a nuisance that was filed for others to put right",
    "people": "a row of residents, written once with the first rows: home, district, age, sex, tenure, migrant, income",
    "answers": "a resident invited to a wave of the questionnaire, every 30 days and at the end",
    "feelings": "a row of residents when the run ends: what is felt, and on how many days somebody lived there",
    "account": "a part of what an age band and tenure feel, every 30 days and at the end: by cause, trait and mood",
}  # fmt: skip
"""What one row of each table of the ledger is; the code says what its columns are."""


def schedule() -> str:
    """List what each part of the schedule calls, in the order of the code."""
    source = ast.parse(inspect.getsource(engine))
    defined = {node.name: node for node in source.body if isinstance(node, ast.FunctionDef)}
    parts = []
    for part, title in PARTS.items():
        rows = [
            [str(i), WHEN[when], _first_line(name), f"`{name}`", _file(name)]
            for i, (when, name) in enumerate(_once_each(_calls(defined[part].body)), 1)
        ]
        heads = ("", "when", "what", "function", "file")
        parts.append(f"**{title}** (`{part}`)\n\n{table_of(heads, rows)}")
    return "\n".join(parts)


def parameters() -> str:
    """List every parameter of a scenario, by group."""
    parts = []
    for group, kind in {"": Scenario, **groups()}.items():
        rows = [
            [
                f"`{one.name}`", _default(one.default), one.unit, _range((one.low, one.high)), f"`{one.source}`",
                _how_far(support_of(one)), one.meaning,
            ]
            for one in describe(kind)
        ]  # fmt: skip
        heads = ("name", "default", "unit", "range", "source", "how far", "meaning")
        title = f"`{group}`: {_says(kind)}" if group else "of the scenario itself"
        parts.append(f"**{title}**\n\n{table_of(heads, rows)}")
    return "\n".join(parts)


def columns_of_state() -> str:
    """List the columns of every table of the state, and what its other arrays are."""
    declared = {tuple(c.name for c in one): one for one in (*_tuples(tables), *_tuples(state))}
    parts, others = [], []
    for one in fields(state.State):
        kind, meaning = one.metadata["kind"], one.metadata["meaning"]
        names = tuple(getattr(getattr(kind, "dtype", None), "fields", None) or ())
        if names in declared:
            about = f": {meaning}" if meaning else ""
            parts.append(f"**`{one.name}`**{about}\n\n{_columns(declared[names])}")
        elif one.name != "p":  # the parameters, which have a list of their own
            others.append([f"`{one.name}`", meaning.strip().rstrip(".") or UNSAID[one.name]])
    return "\n".join([*parts, f"**Other arrays**\n\n{table_of(('name', 'meaning'), others)}"])


def tables_of_ledger() -> str:
    """List the tables of a run folder."""
    return table_of(("table", "one row is"), ([f"`{name}`", ROW_IS[name]] for name in LEDGER))


def columns_of_ledger() -> str:
    """List the columns of every table of a run folder, as a reader finds them."""
    return "\n".join(f"**`{name}`**\n\n{_columns(columns, name)}" for name, columns in LEDGER.items())


def words() -> str:
    """List what the numbers of an index stand for, in their order."""
    known = {
        name: one
        for module in (params, roles, tables, events)
        for name, one in vars(module).items()
        if name.isupper()
        and name != "SWORN"
        and isinstance(one, tuple)
        and one
        and all(isinstance(word, str) for word in one)
    }
    return table_of(("index into", "words, from 0"), ([f"`{name}`", ", ".join(one)] for name, one in known.items()))


def pages() -> dict[Path, dict[str, str]]:
    """Give the tables of each page."""
    return {
        DOCS / "model.md": {"schedule": schedule()},
        DOCS / "model-tables.md": {
            "parameters": parameters(),
            "state": columns_of_state(),
            "words": words(),
            "ledger": columns_of_ledger(),
        },
        DOCS / "run-folder.md": {"tables": tables_of_ledger()},
    }


def _calls(body: Iterable[ast.stmt], when: str = "") -> Iterator[tuple[str, str]]:
    """Name what statements call, each with the innermost condition under which they do."""
    after = when
    for statement in body:
        if isinstance(statement, ast.If):
            test = ast.unparse(statement.test)
            yield from _calls(statement.body, test if _tells(statement.body) else when)
            yield from _calls(statement.orelse, f"not {test}")
        elif isinstance(statement, ast.While):
            test = f"while {ast.unparse(statement.test)}"
            yield from ((test, name) for name in _names(statement.test))
            yield from _calls(statement.body, test)
            after = THEN
        elif isinstance(statement, ast.For):
            test = f"for {ast.unparse(statement.target)} in {ast.unparse(statement.iter)}"
            yield from _calls(statement.body, test)
        elif isinstance(statement, ast.Return) and isinstance(statement.value, ast.IfExp):
            choice = statement.value
            yield from ((ast.unparse(choice.test), name) for name in _names(choice.body))
        else:
            yield from ((after, name) for name in _names(statement))


def _tells(body: Iterable[ast.stmt]) -> bool:
    return any(True for _ in _calls(body))


def _names(node: ast.AST) -> Iterator[str]:
    """Name the functions that are called, arguments before what takes them."""
    for child in ast.iter_child_nodes(node):
        yield from _names(child)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        module = getattr(getattr(engine, name, None), "__module__", "")
        if (
            name not in LOOKS
            and not name.startswith("_")
            and module.startswith("sim.")
            and inspect.isroutine(plain_function(name))
        ):
            yield name


def _once_each(calls: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leave out a call that stands a second time under the same condition."""
    yield from dict.fromkeys(calls)


def plain_function(name: str) -> Any:  # noqa: ANN401 - a function, compiled or not
    """Give a function of the schedule as it was written."""
    function = getattr(engine, name)
    return getattr(function, "py_func", function)


def _first_line(name: str) -> str:
    return _says(plain_function(name))


def _file(name: str) -> str:
    file = Path(inspect.getsourcefile(plain_function(name)) or "").relative_to(ROOT).as_posix()
    return f"[{file}](../{file})"


def _says(what: Any) -> str:  # noqa: ANN401 - whatever has a docstring
    return (inspect.getdoc(what) or "").splitlines()[0].rstrip(".")


def _default(value: Any) -> str:  # noqa: ANN401 - a parameter may hold any value
    if isinstance(value, ByCrime):
        return ", ".join(plain(number) for number in value.model_dump().values())
    if isinstance(value, Several):
        return ", ".join(f"{part} {plain(number)}" for part, number in value.model_dump().items())
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return plain(value)
    if isinstance(value, tuple | list):
        return ", ".join(_default(one) for one in value)
    return f"`{value}`" if str(value) else "none"


def _how_far(supports: str) -> str:
    return f"**{supports}**" if supports == OUTSIDE else supports


def _range(limits: Interval) -> str:
    low, high = limits
    return "" if low is None or high is None else f"{plain(low)} to {plain(high)}"


def _columns(columns: tuple[Column, ...], table: str = "") -> str:
    """List columns; those of a table of the ledger with the words that its files have instead of an index."""
    rows = []
    for one in columns:
        name = f"`{one.name}`" + (f" ({one.size})" if one.size > 1 else "")
        meant = one.words or ENUMERATIONS.get((table, one.name), ())
        words = f": {', '.join(meant)}" if meant else ""
        rows.append([name, one.unit, one.meaning + words])
    return table_of(("column", "unit", "meaning"), rows)


def _tuples(module: Any) -> list[tuple[Column, ...]]:  # noqa: ANN401 - a module
    """Give the tables that a module declares."""
    return [
        one
        for one in vars(module).values()
        if isinstance(one, tuple) and one and all(isinstance(c, Column) for c in one)
    ]


if __name__ == "__main__":
    for page, its_tables in pages().items():
        write_page(page, its_tables)
