"""Tables as other programs export them: any encoding, titles above the names, totals below, merged cells."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.force.account import Account, Fate
from sim.force.settings import Part, Table
from sim.inputs.csv_tables import SAID, SEPARATORS, UNMARKED, decode_text

WORKBOOKS = (".xlsx", ".xlsm")
OLD_WORKBOOKS = (".xls", ".ods", ".et")
MAPS = (".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb", ".gml", ".kml", ".gdb", ".dbf", ".sqlite")
MOST_TITLE_LINES = 30
"""Lines in which the names of the columns are looked for."""
LOOKED_AT = 60
"""Lines that decide on the separator."""
SHARE_MERGED = 0.3
"""A first column with this share of blank cells is taken for one whose cells were merged."""
EAST, NORTH = "point x", "point y"
"""Columns in which the points of a map file stand."""
TOTALS = re.compile(
    r"\s*(?:sub|grand|sum)?[\s-]*(?:totals?|sums?|insgesamt|summe|合\s*计|总\s*计|小\s*计|总\s*数|共\s*计)\b.*",
    re.IGNORECASE,
)
NUMBER_OR_TIME = re.compile(r"[\d\s.,:/+-]+")


@dataclass
class Sheet:
    """Hold a table cell by cell as text, and what became of each of its rows."""

    path: Path
    cells: pd.DataFrame
    fate: Fate
    crs: str = ""
    """coordinate system of the points of a map file, as its file says"""

    @property
    def columns(self) -> list[str]:
        """Name the columns."""
        return [str(name) for name in self.cells.columns]

    def texts(self, column: str | None) -> list[str]:
        """Give the cells of a column, empty ones where there is no such column."""
        return [""] * len(self.cells) if column is None else [str(cell) for cell in self.cells[column]]


def read_sheet(path: Path, part: Part, account: Account) -> Sheet:
    """Read a table of any kind: CSV, a workbook, or the table and the points of a map file.

    Titles above the names of columns are skipped. Repeated names of columns, totals, rows that are cut off and rows
    that say nothing are left out, each with its reason.

    Parameters
    ----------
    part
        what `force.toml` says of it: layer, columns to fill down
    account
        to which is added what was noticed

    Raises
    ------
    InputError
        If the file is no table.
    """
    ending = path.suffix.lower()
    if ending in OLD_WORKBOOKS:
        raise InputError(f"{path} must be a CSV file, an .xlsx workbook or a map file, got {ending}: save it as .xlsx")
    if ending in MAPS:
        return _read_map_table(path, part, account)
    lines = _workbook_lines(path, part, account) if ending in WORKBOOKS else _text_lines(path, account)
    sheet = _under_its_names(path, lines, account)
    wanted = part.fill_down if isinstance(part, Table) else None
    _fill_down(sheet, wanted, account)
    return sheet


def read_sheets(paths: Sequence[Path], part: Part, account: Account) -> Sheet:
    """Read one table, or several with the same columns one below the other, as exports by the month are.

    Raises
    ------
    InputError
        If a file is no table, or has other columns than the first.
    """
    first = read_sheet(paths[0], part, account)
    sheets = [first]
    for path in paths[1:]:
        told = Account(account.part, path.name)
        sheet = read_sheet(path, part, told)
        if set(sheet.columns) != set(first.columns) or sheet.crs != first.crs:
            other = sorted(set(sheet.columns) ^ set(first.columns))
            raise InputError(
                f"{path} must have the columns of {paths[0].name}, as all files of one name with a star must, got "
                f"other ones: {', '.join(other) or 'the same, in another coordinate system'}"
            )
        account.notes += [note for note in told.notes if note not in account.notes]
        sheets.append(sheet)
    if len(sheets) == 1:
        return first
    account.read("several_files", n=len(sheets), first=paths[0].name, last=paths[-1].name)
    fate = Fate(sum(len(sheet.cells) for sheet in sheets))
    fate.reason[:] = np.concatenate([sheet.fate.reason for sheet in sheets])
    cells = pd.concat([sheet.cells[first.columns] for sheet in sheets], ignore_index=True)
    return Sheet(paths[0], cells, fate, first.crs)


def _text_lines(path: Path, account: Account) -> list[list[str]]:
    text, encoding = _decode(path)
    text, separator = _separator_of(text)
    account.read("format", encoding=encoding, separator=f"kinds.separator_{SEPARATORS.index(separator)}"
                 if separator in SEPARATORS else separator)  # fmt: skip
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [[cell.strip().strip("\u3000\u00a0") for cell in line] for line in reader]
    except csv.Error as error:
        raise InputError(f"{path}: must be a table with a line for each row, but reading it failed: {error}") from error


def _decode(path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise InputError(
            f"{path} must be a table of text, but it is a workbook or an archive: call it .xlsx if it is one"
        )
    sparse = [
        name
        for at, name in ((1, "utf-16-le"), (0, "utf-16-be"))
        if content[at:2000:2].count(0) > 0.2 * len(content[at:2000:2])
    ]
    decoded = decode_text(content, (*sparse, *UNMARKED))
    if decoded is None:
        raise InputError(f"{path} must be a table of text in UTF-8, UTF-16, GB18030 or cp1252, and it is none of them")
    return decoded[0], decoded[1].removesuffix("-sig")


def _separator_of(text: str) -> tuple[str, str]:
    """Take the separator that the first line says, or the one by which most lines have equally many fields."""
    first, _, rest = text.partition("\n")
    said = SAID.fullmatch(first.strip().strip('"'))
    if said:
        return rest, said[1]
    begin = [line for line in text.split("\n", LOOKED_AT * 2)[: LOOKED_AT * 2] if line.strip()][:LOOKED_AT]

    def fit(separator: str) -> tuple[int, float]:
        n = [len(line) for line in csv.reader(begin, delimiter=separator) if any(line)]
        usual = max(set(n), key=lambda k: (n.count(k) * (k > 1), k)) if n else 0
        return n.count(usual) * (usual > 1), usual

    return text, max(SEPARATORS, key=fit)


def _workbook_lines(path: Path, part: Part, account: Account) -> list[list[str]]:
    """Read a sheet of a workbook; cells that were merged have the value of the first of them."""
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(
            f"{path}: reading workbooks needs openpyxl: pip install 'community-policing-sim[excel]', or save it as CSV"
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and rules that no cell depends on
            book = load_workbook(path, data_only=True)
    except Exception as error:  # the library raises whatever its parsers raise
        raise InputError(f"{path} must be an .xlsx workbook, but reading it failed: {error}") from error
    if part.layer and part.layer not in book.sheetnames:
        raise InputError(f"{path}: layer must be one of its sheets {', '.join(book.sheetnames)}, got {part.layer!r}")
    sheet = book[part.layer or book.sheetnames[0]]
    lines = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    merged = 0
    for block in sheet.merged_cells.ranges:
        value = lines[block.min_row - 1][block.min_col - 1]
        # A title over several columns is no value of each of them.
        for row in range(block.min_row - 1, block.max_row) if block.min_col == block.max_col else ():
            lines[row][block.min_col - 1] = value
        merged += block.max_row - block.min_row
    account.read("workbook", sheet=sheet.title, sheets=len(book.sheetnames))
    if merged:
        account.read("merged", n=merged)
    return lines


def _cell(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("T", " ")
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return str(value).strip()


def _under_its_names(path: Path, lines: list[list[str]], account: Account) -> Sheet:
    filled = [line for line in lines if any(line)]
    if not filled:
        raise InputError(f"{path} must have a line with the names of its columns, got an empty table")
    at = _line_of_names(filled)
    if at:
        account.read("titles", n=at)
    names = _names(filled[at], account)
    width, rows = len(names), filled[at + 1 :]
    fate = Fate(len(rows))
    n_fields = np.array([max((i for i, cell in enumerate(row, 1) if cell), default=0) for row in rows], int)
    longest = np.array([len(row) for row in rows], int)
    plain = [name.casefold() for name in filled[at]]
    again = [[cell.casefold() for cell in row[:width]] == plain[:width] for row in rows]
    fate.leave_out(np.array(again, bool), "reasons.repeated_names")
    fate.leave_out(np.array([_is_total(row) for row in rows], bool), "reasons.total")
    fate.leave_out(n_fields > width, "reasons.too_many_fields")
    fate.leave_out((longest < width) & (n_fields < min(width, 2 if width > 2 else 1)), "reasons.remark")
    fate.leave_out(longest < width, "reasons.cut_off")
    square = [(row + [""] * width)[:width] for row in rows]
    return Sheet(path, pd.DataFrame(square, columns=names, dtype=object), fate)


def _line_of_names(lines: list[list[str]]) -> int:
    """Find the line with the names: the first that is as wide as the rows and holds words, not numbers."""
    width = float(np.median([sum(map(bool, line)) for line in lines[:LOOKED_AT]]))
    for number, line in enumerate(lines[:MOST_TITLE_LINES]):
        cells = [cell for cell in line if cell]
        words = [cell for cell in cells if not NUMBER_OR_TIME.fullmatch(cell)]
        if len(cells) >= max(1.0, 0.6 * width) and len(words) > 0.5 * len(cells) and len({*cells}) > 0.7 * len(cells):
            return number
    return 0


def _names(line: Sequence[str], account: Account) -> list[str]:
    names: list[str] = []
    last = max((number for number, cell in enumerate(line, 1) if cell), default=0)
    for number, cell in enumerate(line[:last], 1):
        name = " ".join(cell.split()) or f"column {number}"
        doubles = sum(one == name or one.startswith(f"{name} (") for one in names)
        names.append(f"{name} ({doubles + 1})" if doubles else name)
        if doubles:
            account.wrong("double_name", name=name)
    return names


def _is_total(row: Sequence[str]) -> bool:
    first = next((cell for cell in row if cell), "")
    return bool(TOTALS.fullmatch(first)) and sum(map(bool, row)) <= max(2, len(row) // 2 + 1)


def _fill_down(sheet: Sheet, wanted: list[str] | None, account: Account) -> None:
    """Give blank cells the value above, in columns whose cells seem to have been merged."""
    used = sheet.fate.is_used
    if not used.any():
        return
    for column in sheet.columns if wanted is None else wanted:
        if column not in sheet.columns:
            raise InputError(f"{sheet.path}: fill_down must name columns of it, got {column!r}")
        blank = used & (sheet.cells[column] == "").to_numpy()
        merged = blank[used].mean() >= SHARE_MERGED and not blank[used][0] and not blank[used].all()
        others = sheet.cells.columns != column
        beside = (sheet.cells.loc[blank, others] != "").mean(axis=1) if blank.any() else pd.Series([0.0])
        if wanted is None and not (merged and beside.mean() > 0.6):
            return  # only the first columns are merged, one within the other
        if not blank.any():
            continue
        kept = sheet.cells[column].where((sheet.cells[column] != "") & used)
        sheet.cells[column] = kept.ffill().where(used, sheet.cells[column]).fillna("")
        account.read("filled_down", column=column, n=int(blank.sum()))


def _read_map_table(path: Path, part: Part, account: Account) -> Sheet:
    frame = read_map(path, part.layer)
    crs = ""
    if "geometry" in frame:
        points = frame.geometry
        placed = ~(points.is_empty | points.isna())
        middle = points.where(placed).representative_point()
        crs = part.crs or ("" if frame.crs is None else frame.crs.to_wkt())
        frame = pd.DataFrame(frame.drop(columns="geometry"))
        frame[EAST] = [repr(float(x)) if ok else "" for x, ok in zip(middle.x, placed, strict=True)]
        frame[NORTH] = [repr(float(y)) if ok else "" for y, ok in zip(middle.y, placed, strict=True)]
    cells = frame.astype(object).map(lambda value: "" if pd.isna(value) else _cell(_plain(value)))
    account.read("map_table", n=len(cells))
    return Sheet(path, cells.reset_index(drop=True), Fate(len(cells)), crs)


def _plain(value: object) -> object:
    item: Callable[[], object] | None = getattr(value, "item", None)
    return value if item is None or hasattr(value, "isoformat") else item()


def read_map(path: Path, layer: str) -> pd.DataFrame:
    """Read a layer of a map file with GDAL; a GeoDataFrame where it has shapes.

    Raises
    ------
    InputError
        If GDAL cannot read it.
    """
    import geopandas  # noqa: PLC0415 - heavy; workers start without it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of measures and encodings: for programmers
            return geopandas.read_file(path, layer=layer or None)
    except Exception as error:  # GDAL, pyogrio, pyproj and GEOS each raise their own
        words = " ".join(str(error).split())[:200]
        raise InputError(f"{path} must be a map file that GDAL reads, but reading it failed: {words}") from error
