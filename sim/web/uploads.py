"""A force's folder by upload: kept below the store under a name of its own, read and never executed.

What a file is called in the upload decides nothing but its name in one folder. Files that can name other files of this
machine or of a network are not taken, and `force.toml` may name only files that came along.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from sim.disk import make_folder, remove
from sim.errors import InputError
from sim.force.build import built_scenario
from sim.force.reading import ForceData, read_force
from sim.force.scenario import settle
from sim.force.settings import FILE
from sim.inputs.words import LANGUAGES
from sim.report.force.text import account_lines, check_lines
from sim.scenarios.scenario import load_scenario
from sim.web.settings import Limits
from sim.web.words import Both, both, problem

TAKEN = (
    ".toml", ".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json", ".gpkg", ".shp", ".shx", ".dbf", ".prj", ".cpg",
    ".pbf", ".osm", ".graphml",
)  # fmt: skip
NAME = re.compile(r"[^\x00-\x1f/\\:*?\"<>|]{1,120}")
NAMES_A_FILE = ("file", "clip", "table")
"""Keys of `force.toml` whose value is the name of a file."""
CHUNK = 1 << 20


async def receive(files: list[UploadFile], root: Path, limits: Limits) -> str:
    """Keep the files of an upload in a folder of their own, and give its name, which their content decides.

    Raises
    ------
    InputError
        If they are too many or too large, or one may not be taken.
    """
    if not 1 <= len(files) <= limits.upload_files:
        raise InputError(f"a folder must have 1 to {limits.upload_files} files, got {len(files)}")
    incoming = root / f"incoming-{secrets.token_hex(8)}"
    make_folder(incoming / "folder")
    try:
        marks, n_bytes = {}, 0
        for file in files:
            name = plain_name(file.filename or "")
            checksum = hashlib.sha256()
            with (incoming / "folder" / name).open("xb") as target:
                while chunk := await file.read(CHUNK):
                    n_bytes += len(chunk)
                    if n_bytes > limits.upload_bytes:
                        raise InputError(f"a folder must have at most {limits.upload_bytes:,} bytes in all")
                    target.write(chunk)
                    checksum.update(chunk)
            marks[name] = checksum.hexdigest()
        check_names(incoming / "folder")
        whole = hashlib.sha256(repr(sorted(marks.items())).encode()).hexdigest()[:16]
        key, target_folder = f"folder-{whole}", root / f"folder-{whole}"
        if not target_folder.exists():
            incoming.replace(target_folder)
        return key
    except FileExistsError as error:
        raise InputError("each file of a folder must have a name of its own, and two have the same") from error
    finally:
        remove(incoming)


def plain_name(given: str) -> str:
    """Take the last part of a name as the name of a file: no upload says where anything stands.

    Raises
    ------
    InputError
        If it is no plain name, or of a kind that is not taken.
    """
    name = given.replace("\\", "/").rpartition("/")[2]
    if not NAME.fullmatch(name) or name.startswith(".") or Path(name).suffix.lower() not in TAKEN:
        raise InputError(f"a file of a folder must end in one of {', '.join(TAKEN)}, got {name[:80]!r}")
    return name


def check_names(folder: Path) -> None:
    """Refuse a `force.toml` that names a file which did not come along.

    Raises
    ------
    InputError
        If there is none, it cannot be read, or it names another place.
    """
    path = folder / FILE
    if not path.is_file():
        raise InputError(f"a folder of a force must hold {FILE}; `cpsim force new FOLDER` writes one to fill in")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{FILE} must be a TOML file in UTF-8, but reading it failed: {error}") from error
    there = {file.name for file in folder.iterdir()}
    for name in _named(content):
        matches = any(Path(one).match(name) for one in there) if "*" in name else name in there
        if name and ("/" in name or "\\" in name or ".." in name or not matches):
            raise InputError(f"{FILE} must name files that came along, by their plain names, got {name[:80]!r}")


def _named(content: Any) -> Iterator[str]:  # noqa: ANN401 - whatever TOML can hold
    """List the names of files in a table, however deep."""
    if isinstance(content, list):
        for one in content:
            yield from _named(one)
    elif isinstance(content, dict):
        for key, value in content.items():
            if key in NAMES_A_FILE and isinstance(value, str):
                yield value
            else:
                yield from _named(value)


def check_folder(wanted: tuple[Path, str]) -> dict[str, Any]:
    """Say what `cpsim force check` says of a folder, and build its city where nothing was refused.

    Parameters
    ----------
    wanted
        folder of all uploads, and the name of this one

    Returns
    -------
    told
        `key` (null where it cannot be run), `lines` [`kind`, `words`], `counts` [`name`, `value`]
    """
    root, key = wanted
    folder = root / key / "folder"
    try:
        data = read_force(folder, strict=False)
    except InputError as error:
        return {"key": None, "lines": [{"kind": "fault", "words": problem(str(error))}], "counts": []}
    lines = [*_lines(data), *_summary(data)]
    counts = [{"name": both(f"folder.{one.part}"), "value": one.used} for one in data.accounts if one.rows]
    if data.refused:
        return {"key": None, "lines": lines, "counts": counts}
    try:
        path, _ = built_scenario(folder, "en")
        scenario = load_scenario(str(path))
    except InputError as error:
        return {"key": None, "lines": [*lines, {"kind": "fault", "words": problem(str(error))}], "counts": counts}
    counts.append({"name": both("folder.residents"), "value": scenario.people.n_residents})
    return {"key": key, "lines": lines, "counts": counts}


def _lines(data: ForceData) -> Iterator[dict[str, Any]]:
    for account in data.accounts:
        kind = (
            "fault"
            if account.part in data.refused
            else "warning"
            if any(n.kind == "wrong" for n in account.notes)
            else "good"
        )
        said = {lang: " ".join(line.strip() for line in account_lines(account, lang)) for lang in LANGUAGES}
        yield {"kind": kind, "words": said}


def _summary(data: ForceData) -> Iterator[dict[str, Any]]:
    """Say what the records and defaults come to: what `check_lines` says after the files."""
    said: list[Both] = []
    for lang in LANGUAGES:
        settled = settle(data, lang)
        per_file = {line for account in data.accounts for line in account_lines(account, lang)}
        repairs = {f"  {line}" for line in data.repairs.sentences(lang)} if data.repairs is not None else set()
        rest = [line.strip() for line in check_lines(data, settled, lang) if line and line not in per_file | repairs]
        for number, line in enumerate(rest):
            if len(said) <= number:
                said.append(dict.fromkeys(LANGUAGES, ""))
            said[number] |= {lang: line}
    yield from ({"kind": "good", "words": one} for one in said)
