"""What pydantic found wrong, as one sentence for the user who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean

LONGEST = 120
"""Characters of a wrong value that are shown."""


Kind = TypeVar("Kind", bound=BaseModel)


def checked(kind: type[Kind], content: Mapping[str, Any], *, where: str, listed: str) -> Kind:
    """Make a record of raw values.

    Parameters
    ----------
    where
        the origin of the values, for an error
    listed
        where a user finds the keys

    Raises
    ------
    InputError
        If a key is unknown or a value does not fit; it tells of the first one.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{where}: {first_complaint(error, kind, listed=listed)}") from error


def first_complaint(error: ValidationError, kind: type[BaseModel], *, listed: str) -> str:
    """Put the first problem that pydantic found into one sentence; a key that is unknown goes first.

    A misspelt key often makes another one missing, and the misspelling is the cause.

    Parameters
    ----------
    kind
        what was to be made of the values; its keys are offered for one that is near
    listed
        where all keys are listed: `` `cpsim params` lists every key``
    """
    problems = error.errors()
    problem = next((one for one in problems if one["type"] == "extra_forbidden"), problems[0])
    path = problem["loc"]
    name = ".".join(str(part) for part in path) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"unknown key {name!r}{_nearest_key(kind, path)}; {listed}"
    if problem["type"] == "missing":
        return f"{name} must be given; {listed}"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        # Most sentences begin with the key that they are about.
        own = re.split(r"\W", message)[0] in _keys_at(kind, path)
        return f"{name}.{message}" if path and own else f"{name}: {message}" if path else message
    return f"{name}: {message}, got {shown(problem['input'])}"


def shown(value: object) -> str:
    """Write a wrong value for a sentence, shortened where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 20]} ... {text[-15:]}"


def key_names(kind: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """List every key of a model and of the models in it, by dotted names."""
    for name, field in kind.model_fields.items():
        yield f"{prefix}{name}"
        for part in _models_in(field.annotation):
            yield from key_names(part, f"{prefix}{name}.")


def _nearest_key(kind: type[BaseModel], path: Sequence[int | str]) -> str:
    """Offer a key of the same table first, then one of any table."""
    here = did_you_mean(str(path[-1]), _keys_at(kind, path[:-1]))
    if here:
        above = "".join(f"{part}." for part in path[:-1])
        return here.replace("'", f"'{above}", 1)
    return did_you_mean(".".join(str(part) for part in path), key_names(kind))


def _keys_at(kind: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """List the keys of the table at a place; numbers of rows and names of kinds on the way lead nowhere else."""
    holders = [kind]
    for part in path:
        holders = [inner for holder in holders for inner in _models_at(holder, part)] or holders
    return [name for holder in holders for name in holder.model_fields]


def _models_at(holder: type[BaseModel], part: int | str) -> list[type[BaseModel]]:
    field = holder.model_fields.get(part) if isinstance(part, str) else None
    return [] if field is None else list(_models_in(field.annotation))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation has no type of its own
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
