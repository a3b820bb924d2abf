"""Parameter sets that a calibration found plausible, carried through a study: `cpsim sweep STUDY --parameters FILE`.

The file is a table of points like any other, one column per parameter. What it is, and how much each set counts, stands
in the metadata of its schema, so that no column has to be told from a parameter.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.batch.study.study import Design, Interval, Study, parse_study
from sim.disk import write_whole
from sim.errors import InputError
from sim.inputs.toml_text import parse_toml, write_toml

KEY = b"cpsim.plausible"
SUFFIX = ".plausible.parquet"
OURS = Path(__file__).parents[2] / "scenarios/plausible"
"""Sets of the package's own scenarios."""


class Carried(BaseModel):
    """What is known of parameter sets: who found them, for which numbers, and how much each counts."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    problem: str
    """name of the calibration"""
    method: Literal["history matching", "abc"]
    model: str
    """version and checksum of the model that they were found with"""
    scenario: str
    strategy: str
    seeds: int
    """of each point of the calibration"""
    seed: int
    """of its draws"""
    set: dict[str, Any]
    """parameters that all of its runs shared"""
    targets: list[dict[str, Any]] = Field(min_length=1)
    """every target as it was read, fitted or held out"""
    parameters: dict[str, Interval] = Field(min_length=1)
    """what moved, and from where to where"""
    weights: list[float] = Field(min_length=1)
    """of each set, summing to one"""


def write_carried(file: Path, points: pd.DataFrame, about: Carried) -> None:
    """Write parameter sets with all that is known of them."""
    table = pa.Table.from_pandas(points, preserve_index=False)
    told = {KEY: json.dumps(about.model_dump(mode="json"), ensure_ascii=False).encode()}
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(told), buffer)
    write_whole(file, lambda out: out.write(buffer.getvalue()))


def read_carried(file: Path) -> Carried | None:
    """Read what is known of the sets in a file; None where it is any other table of points.

    Raises
    ------
    InputError
        If what is said of the sets does not fit them.
    """
    if file.suffix != ".parquet" or not file.is_file():
        return None
    try:
        schema = pq.read_schema(file)
        n_rows = pq.read_metadata(file).num_rows
    except (OSError, pa.ArrowException):
        return None  # whoever reads the points says what is wrong with the file
    told = (schema.metadata or {}).get(KEY)
    if told is None:
        return None
    try:
        about = Carried.model_validate_json(told)
    except ValidationError as error:
        raise InputError(f"{file}: what it says of its parameter sets was damaged; calibrate again") from error
    if len(about.weights) != n_rows or set(about.parameters) != set(schema.names):
        raise InputError(
            f"{file} must hold {len(about.weights)} sets of {', '.join(about.parameters)}, as it says itself, got "
            f"{n_rows} of {', '.join(schema.names)}; to run other points, use [design] with method = 'table'"
        )
    return about


def carried_by(design: Design | None, folder: Path) -> Carried | None:
    """Read what is known of the points of a design, if they are sets that a calibration found."""
    return read_carried(folder / design.file) if design is not None and design.method == "table" else None


def list_own_sets() -> list[str]:
    """Name the scenarios of which the package has sets."""
    return sorted(file.name.removesuffix(SUFFIX) for file in OURS.glob(f"*{SUFFIX}"))


def find_sets(named: Path) -> Path:
    """Give the file of parameter sets that is meant: one of the user, or by a scenario's name one of the package.

    Raises
    ------
    InputError
        If there is neither.
    """
    if named.is_file():
        return named
    if str(named) in list_own_sets():
        return OURS / f"{named}{SUFFIX}"
    raise InputError(
        f"--parameters must be a file that exists, or a scenario of which the package has sets "
        f"({', '.join(list_own_sets())}), got {str(named)!r}"
    )


def carry_sets(study: Study, text: str, parameters: Path, *, study_file: Path) -> tuple[Study, str]:
    """Let a study carry parameter sets: each is a point of its design, as if the study's file had named them.

    Returns
    -------
    study, text
        with the design

    Raises
    ------
    InputError
        If the study has a design of its own, or the file was not made by a calibration.
    """
    if study.design is not None:
        raise InputError("--parameters is the design of a study, and this one has a [design]: leave one of them out")
    if read_carried(parameters) is None:
        raise InputError(
            f"--parameters must be a file NAME{SUFFIX} that `cpsim calibrate` wrote, got {str(parameters)!r}; "
            "any other table of points goes into the study: [design] with method = 'table' and file"
        )
    try:
        file = Path(os.path.relpath(parameters.resolve(), study_file.parent.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        file = str(parameters.resolve())
    written = f"{text.rstrip()}\n\n{write_toml({'design': {'method': 'table', 'file': file}})}"
    return parse_study(parse_toml(written, where=str(study_file)), where=str(study_file)), written


def carried_doubts(about: Carried, study: Study, model: str) -> list[tuple[str, dict[str, str]]]:
    """Name what makes the sets less than plausible for a study, as keys of texts with their values."""
    doubts = []
    if about.model != model:
        doubts.append(("carried.other_model", {"problem": about.problem, "theirs": about.model, "ours": model}))
    others = [name for name in study.scenarios if name != about.scenario]
    if others:
        scenarios = ", ".join(others)
        doubts.append(("carried.other_city", {"problem": about.problem, "city": about.scenario, "others": scenarios}))
    return doubts
