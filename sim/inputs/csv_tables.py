"""The one way in which tables that users hand in as CSV are read: design tables, targets, incidents.

Spreadsheets write CSV in the encoding and with the separator of their country. What can be read without doubt is read;
what cannot is refused by the number of its line, never guessed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError

SEPARATORS = (",", ";", "\t", "|")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks at the begin of a file that say its encoding; a mark of UTF-32 begins like one of UTF-16."""
UNMARKED = ("utf-8", "gb18030", "cp1252")
"""Encodings of files without a mark, in the order in which they are tried; bytes of one rarely fit an earlier one."""
SAID = re.compile(r"sep=(.)", re.IGNORECASE)
"""First line by which a spreadsheet says the separator."""
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
WHOLE = re.compile(r"[+-]?\d{1,18}")
"""Whole numbers that every column of a table can hold; one of more digits is read as a number."""
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
"""Numbers that may be read either way: 1,234 is a thousand in London and one and a bit in Berlin."""


@dataclass(frozen=True)
class CsvTable:
    """Hold a table as it was written, cell by cell, and where each row stands in its file."""

    path: Path
    columns: tuple[str, ...]
    """names from the first line; a column without a name is called `column 3`"""
    rows: tuple[tuple[str, ...], ...]
    """cells without blanks around them"""
    lines: tuple[int, ...]
    """number of the line at which each row ends, as an editor counts"""
    encoding: str
    separator: str
    misfits: tuple[int, ...] = ()
    """lines that were left out since they have another number of fields than the first one, where that is allowed"""

    def cells(self, column: str) -> list[str]:
        """Give the cells of a column as text."""
        at = self.columns.index(column)
        return [row[at] for row in self.rows]

    def typed(self) -> pd.DataFrame:
        """Give the table with whole numbers, numbers, yes and no, or text in each column; empty cells are missing."""
        return pd.DataFrame({name: self._typed(name) for name in self.columns})

    def _typed(self, column: str) -> pd.Series:
        cells = self.cells(column)
        filled = [cell for cell in cells if cell]
        for read in (_whole, _number, _yes_or_no):
            try:
                values = {cell: read(cell) for cell in set(filled)}
            except ValueError:
                continue
            return pd.Series([values.get(cell) for cell in cells])
        return pd.Series([cell or None for cell in cells], dtype=object)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Give the cells of a column as numbers; NaN where a cell is empty or no finite number."""
        cells = pd.Series(self.cells(column), dtype=object)
        read = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64)
        return np.where(np.isfinite(read), read, np.nan)


def read_csv_table(path: Path, what: str, *, skip_misfits: bool = False) -> CsvTable:
    """Read a CSV file of a user.

    UTF-8, UTF-16, GB18030 and cp1252 are understood, and commas, semicolons, tabs and bars between the fields. Empty
    lines are left out, and so are fields without content behind the last column. Where the separator is no comma, a
    comma in numbers is a decimal one.

    Parameters
    ----------
    what
        what the file is, for the sentence that refuses it: `city.incidents`
    skip_misfits
        leave lines out that have another number of fields than the first one, and list them: a long record of many
        hands has some, and the caller tells how many

    Raises
    ------
    InputError
        If there is no such file, it is no text, a column has no name of its own, or a line has another number of
        fields than the first one.
    """
    if not path.is_file():
        raise InputError(f"{what} must be the path of a CSV file, and there is no file {str(path)!r}")
    text, encoding = _decode(path, what)
    text, separator = _find_separator(text)
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    misfits: list[int] = []
    for line, fields in _written_rows(path, text, separator):
        if not columns:
            columns = _name_columns(path, fields)
        elif skip_misfits and len(_without_empty_end(fields, len(columns))) != len(columns):
            misfits.append(line)
        else:
            rows.append(_fit(path, line, fields, columns, separator))
            lines.append(line)
    if not columns:
        raise InputError(f"{what} must have a line with the names of its columns, but {path} is empty")
    if separator != ",":
        rows = _with_decimal_points(path, rows, lines)
    return CsvTable(path, columns, tuple(rows), tuple(lines), encoding, separator, tuple(misfits))


def _decode(path: Path, what: str) -> tuple[str, str]:
    """Turn the bytes of a file into text with plain line ends."""
    content = path.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        raise InputError(f"{what} must be a CSV file, but {path} is a spreadsheet or an archive: save it as CSV")
    decoded = decode_text(content, _likely_encodings(content))
    if decoded is None:
        raise InputError(f"{what} must be a CSV file in UTF-8, UTF-16, GB18030 or cp1252, but {path} is none of them")
    return decoded


def decode_text(content: bytes, unmarked: Sequence[str]) -> tuple[str, str] | None:
    """Turn bytes into text with plain line ends, and name the encoding; None where they are no text of these.

    Parameters
    ----------
    unmarked
        encodings to try, in this order, where no mark at the begin says which it is
    """
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else unmarked:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n"), encoding
    return None


def _likely_encodings(content: bytes) -> tuple[str, ...]:
    """Tell UTF-16 without a mark by its zero bytes: digits and separators have one each."""
    begin = content[:1000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if begin[first::2].count(0) > 0.2 * len(begin):
            return (encoding,)
    return UNMARKED


def _find_separator(text: str) -> tuple[str, str]:
    """Take the separator that the first line says, or the one that parts the names of the columns most often."""
    blank, first, rest = re.match(r"(\s*)([^\n]*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    said = SAID.fullmatch(first.strip())
    if said:
        return blank + rest, said[1]  # without the line's words and with its end, so that lines are counted right
    outside = re.sub(r'"[^"]*"', "", first)
    return text, max(SEPARATORS, key=outside.count)


def _written_rows(path: Path, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """List the lines that hold something, with their numbers."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    last = 0
    try:
        for fields in reader:
            last = reader.line_num
            cells = [field.strip() for field in fields]
            if any(cells):
                yield last, cells
    except csv.Error as error:
        raise InputError(_why_not_read(path, text.split("\n")[last : reader.line_num], last, separator)) from error


def _why_not_read(path: Path, lines: list[str], last: int, separator: str) -> str:
    """Say why a row cannot be read: `lines` of the file hold it, and `last` is the number of the line before them."""
    opened = None
    for number, line in enumerate(lines, last + 1):
        n_quotes = line.replace('""', "").count('"')
        if n_quotes > 0:
            is_open = (opened is not None) ^ (n_quotes % 2 == 1)
            opened = number if is_open else None
    if opened is not None:
        return (
            f"{path}, line {opened}: every quote must be closed, but the one that opens here is still open at line "
            f"{last + len(lines)}; close it, or write a quote that belongs to the text twice"
        )
    longest, most = max(range(len(lines)), key=lambda i: len(lines[i])), csv.field_size_limit()
    if len(lines[longest]) > most:
        return (
            f"{path}, line {last + 1 + longest}: a field must have at most {most:,} letters, got a longer one; "
            "leave that column out, or close the quote that may be open there"
        )
    return (
        f"{path}, line {last + len(lines)}: fields must be parted by {_named(separator)}, and a quoted field must end "
        "with its quote; write a quote that belongs to the text twice"
    )


def _name_columns(path: Path, fields: list[str]) -> tuple[str, ...]:
    names = _without_empty_end(fields, 1)
    columns = tuple(name or f"column {number}" for number, name in enumerate(names, 1))
    doubled = next((name for name in columns if columns.count(name) > 1), None)
    if doubled is not None:
        raise InputError(f"{path}: each column must have a name of its own, got {doubled!r} twice")
    return columns


def _fit(path: Path, line: int, fields: list[str], columns: Sequence[str], separator: str) -> tuple[str, ...]:
    cells = _without_empty_end(fields, len(columns))
    if len(cells) != len(columns):
        raise InputError(
            f"{path}, line {line}: every line must have the {len(columns)} fields that the first line names, parted by "
            f"{_named(separator)}, got {len(cells)}"
        )
    return tuple(cells)


def _without_empty_end(fields: list[str], least: int) -> list[str]:
    """Drop fields without content behind the last column, which spreadsheets leave where a cell was once used."""
    last = max((number for number, field in enumerate(fields, 1) if field), default=0)
    return fields[: max(last, min(least, len(fields)))]


def _with_decimal_points(path: Path, rows: list[tuple[str, ...]], lines: list[int]) -> list[tuple[str, ...]]:
    """Write 4.1 for 4,1, unless every such number of the table may as well be one with thousands."""
    doubtful = None
    for line, row in zip(lines, rows, strict=True):
        for cell in row:
            if THOUSANDS.fullmatch(cell):
                doubtful = doubtful or (line, cell)
            elif DECIMAL_COMMA.fullmatch(cell):
                return [tuple(_with_point(cell) for cell in row) for row in rows]
    if doubtful is not None:
        raise InputError(
            f"{path}, line {doubtful[0]}: numbers must be written with a decimal point and without a mark for "
            f"thousands, got {doubtful[1]!r}, which may be read either way"
        )
    return rows


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell


def _whole(cell: str) -> int:
    if not WHOLE.fullmatch(cell):
        raise ValueError(f"must be a whole number of at most 18 digits, got {cell!r}")
    return int(cell)


def _number(cell: str) -> float:
    number = float(cell)
    if not isfinite(number) or "_" in cell:  # Python's own 1_000
        raise ValueError(f"must be a finite number, got {cell!r}")
    return number


def _yes_or_no(cell: str) -> bool:
    words = {"true": True, "false": False}
    if cell.lower() not in words:
        raise ValueError(f"must be true or false, got {cell!r}")
    return words[cell.lower()]


def _named(separator: str) -> str:
    return {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}.get(separator, repr(separator))
