"""Damages that Hypothesis draws: which field of a file, which wrong value, which bytes; a failing one is shrunk."""

from __future__ import annotations

import csv
import io
import random
import re
import tomllib
from collections.abc import Callable
from html import escape

import tomli_w
from hypothesis import strategies as st

from sim.policies.contract.registry import make_policy

NASTY = (
    "", "0", "-1", "1e308", "-1e308", "1e999", "nan", "inf", "-0.0", "107.7", "107,7", "1_000",
    "9" * 30, "9" * 400, "0x" + "f" * 40, "true", "yes", "no", "null", "None", "[]", "{}", "[[]]",
    "{ a = 1 }", "''", '""', "'a'", "北京", "São Paulo", "\u202e", "\x00", "\x7f", "2015-01-01",
    "2015-02-30", "10:00:00", "2015-01-01T00:00:00Z", "../..", "/dev/null", "C:\\x", "a b", "%s",
    "{0}", "$HOME", "'; --", "<a>", "&amp;", "\ud83d\ude00", "1/0", "1j", "0.1.2", "--", "#", "=",
    ",", ";", "\t", "\n", "(", ")", '"', "]",
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(0, 20), st.floats(0.0, 1.0), st.integers(-(10**40), 10**40), st.floats(), st.integers(-3, 3000)
)
WORDS = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=12), NUMBERS.map(str), st.dates().map(str), st.floats(0, 100).map(str)
)
"""Wrong, and sometimes right, contents of a cell, an attribute or a word."""
PLAIN = st.one_of(NUMBERS, st.booleans(), st.text(max_size=12), st.dates(), st.times(), st.datetimes())
VALUES = st.one_of(
    NUMBERS, PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(st.text(min_size=1, max_size=5), PLAIN, max_size=2),
    st.lists(st.dictionaries(st.sampled_from(("low", "high", "value")), NUMBERS, max_size=2), max_size=2),
)  # fmt: skip
"""Values of a TOML file, each of a type that TOML has."""
ATTRIBUTE = re.compile(r'="([^"]*)"')
STRATEGIES = (
    "reactive", "hotspot", "grid", "mediation", "reform", "neighbourhood", "posts", "partnership",
    "problem_oriented", "grid_services",
)  # fmt: skip


class Drawn(random.Random):
    """Choose what Hypothesis chooses, so that it can look for the simplest choices that go wrong."""

    def __init__(self, data: st.DataObject) -> None:
        super().__init__(0)
        self.draw = data.draw

    def random(self) -> float:
        return self.draw(st.integers(0, 2**20 - 1)) / 2**20

    def getrandbits(self, k: int) -> int:
        return self.draw(st.integers(0, 2**k - 1))

    def _randbelow(self, n: int) -> int:
        return self.draw(st.integers(0, n - 1))

    def randbytes(self, n: int) -> bytes:
        return self.draw(st.binary(min_size=n, max_size=n))


def spoil(text: str, form: str, chance: Drawn) -> str:
    """Damage a text of a known form in one field."""
    return FORMS[form](text, chance)


def _toml(text: str, chance: Drawn) -> str:
    try:
        content = tomllib.loads(text)
    except ValueError:
        return text  # damaged already
    table = content
    inner = [key for key, value in table.items() if isinstance(value, dict) and value]
    while inner and chance.random() < 0.75:
        table = table[chance.choice(inner)]
        inner = [key for key, value in table.items() if isinstance(value, dict) and value]
    key = chance.choice(list(table))
    way = chance.choice(("value", "value", "value", "name", "drop", "move", "add"))
    if way == "value":
        table[key] = chance.draw(VALUES)
    elif way == "name":
        table[chance.draw(WORDS)] = table.pop(key)
    elif way == "drop":
        del table[key]
    elif way == "move":
        content[key] = table.pop(key)
    else:
        table[chance.draw(WORDS)] = chance.draw(VALUES)
    try:
        return tomli_w.dumps(content)
    except ValueError:  # of a value that it will not write, such as half of a pair of code units
        return text


def _table(text: str, chance: Drawn) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    row = chance.randrange(len(rows)) if chance.random() < 0.8 else 0
    column = chance.randrange(max(len(rows[row]), 1))
    way = chance.choice(("cell", "cell", "cell", "drop", "more", "row", "column"))
    if way == "cell" and rows[row]:
        rows[row][column] = chance.draw(WORDS)
    elif way == "drop" and rows[row]:
        del rows[row][column]
    elif way == "more":
        rows[row].insert(column, chance.draw(WORDS))
    elif way == "row":
        rows.insert(row, chance.draw(st.lists(WORDS, max_size=6)))
    else:
        for one in rows:
            del one[column : column + 1]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n", escapechar="\\").writerows(rows)
    return written.getvalue()


def _xml(text: str, chance: Drawn) -> str:
    one = chance.choice(list(ATTRIBUTE.finditer(text)))
    return f'{text[: one.start()]}="{escape(chance.draw(WORDS))}"{text[one.end() :]}'


FORMS: dict[str, Callable[[str, Drawn], str]] = {"toml": _toml, "table": _table, "xml": _xml}


@st.composite
def policy_texts(draw: st.DrawFn) -> str:
    """Draw a text that names one to three strategies, with parameters that they have and values that may not fit."""
    text = ""
    for number in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(STRATEGIES))
        fields = st.sampled_from([*type(make_policy(name)).model_fields, "shar", ""])
        values = st.one_of(NUMBERS.map(str), st.floats(0.01, 0.5).map(str), st.integers(1, 30).map(str), WORDS)
        given = draw(st.lists(st.tuples(fields, values), max_size=2))
        joint = draw(st.sampled_from((" + ", " then ", " until 2014-01-01 then "))) if number else ""
        text += joint + name + (f"({', '.join(f'{key}={value}' for key, value in given)})" if given else "")
    return text
