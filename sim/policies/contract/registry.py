"""Find a policy by name: those of the package, of other installed packages, and of a file."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import warnings
from collections.abc import Callable
from datetime import date
from importlib.metadata import EntryPoint, entry_points
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.errors import InputError
from sim.inputs.complaints import shown
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import refuse_huge
from sim.params import describe
from sim.policies.compose import Composed
from sim.policies.contract import foreign
from sim.policies.contract.identity import foreign_identity
from sim.policies.contract.places import read_treatment, refuse_placed
from sim.policies.contract.reading import UNKNOWN
from sim.policies.in_places import InPlaces, in_places
from sim.policies.protocol import PolicyModel

ENTRY_POINTS = "sim.policies"
"""Entry point group by which another package offers policies."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
PLUS = r"\s+\+(?:\s+|$)"
LINK = re.compile(r"(?:^|\s)(?:until|then)(?:\s|$)")
STEPS = re.compile(rf"{PLUS}|{LINK.pattern}")
"""Words that put strategies together; one that stands where it cannot do so is refused, never taken for a name."""
SWITCH = re.compile(r"\s+until\s+(\S+)\s+then\s+")
IN_PLACES = re.compile(r"(?P<inner>.+)\s+in\s+(?P<file>\S.*\.toml)", re.DOTALL)
SPEC = re.compile(r"(?P<where>.+?)(?:\((?P<inline>[^()]*)\))?", re.DOTALL)

Kind = TypeVar("Kind", bound=type[PolicyModel])

_POLICIES: dict[str, type[PolicyModel]] = {}


def policy(name: str) -> Callable[[Kind], Kind]:
    """Register a policy class under a name.

    Raises
    ------
    InputError
        If the name is no plain lower-case word, what is decorated is no policy, or the name is taken.
    """

    def register(kind: Kind) -> Kind:
        if not (isinstance(kind, type) and issubclass(kind, PolicyModel)):
            raise InputError(f"@policy({name!r}) must stand on a subclass of PolicyModel, got {kind!r}")
        if not NAME.fullmatch(name):
            raise InputError(
                f"the name of a policy must be lower-case letters, digits and underscores, got {name!r}; "
                "try 'my_policy'"
            )
        _refuse_double(name, kind)
        kind.name = name
        if not kind.__module__.startswith(foreign.MODULE_PREFIX):
            _POLICIES[name] = kind
        return kind

    return register


def make_policy(spec: str, params: dict[str, Any] | None = None) -> PolicyModel:
    """Make a policy of a name or a file, and of its parameters.

    Parameters
    ----------
    spec
        a registered name (`hotspot`), the name of an installed entry point, or a file and a class
        (`my_policy.py:MyPolicy`; the class may be left out where there is one only); each with or without
        parameters: `hotspot(share=0.03, dwell=12)`. Several are put together with a plus, `grid + mediation`, and
        follow one another at a date, `reactive until 2014-10-01 then grid`; one works in some places alone where a
        file says so, `hotspot in places.toml`
    params
        more parameters by name

    Raises
    ------
    InputError
        If there is no such policy, a parameter is unknown, given twice or out of range.
    """
    if STEPS.search(spec):
        return _compose(spec, params)
    placed = IN_PLACES.fullmatch(spec.strip())
    if placed is not None:
        inner = refuse_placed(make_policy(placed["inner"], params), spec)
        return in_places(inner, read_treatment(Path(placed["file"].strip())))
    where, inline = _split(spec)
    doubled = sorted(set(inline) & set(params or {}))
    if doubled:
        raise InputError(f"{spec}: {doubled[0]!r} must be given once, in the brackets or apart, got both")
    kind = _find(where)
    try:
        return kind(**inline, **(params or {}))
    except ValidationError as error:
        raise InputError(_first_complaint(kind, error)) from error
    except OverflowError as error:
        raise InputError(
            f"{where}: every number of a policy must be one that a computer can hold, but {error}"
        ) from error
    except TypeError as error:
        raise InputError(f"{where}: a policy must define `decide`, but {error}") from error


def policy_names() -> list[str]:
    """List the policies that can be had by name, those of other packages included."""
    return sorted({*_POLICIES, *(point.name for point in _offered())})


def policy_class(name: str) -> type[PolicyModel]:
    """Give the class of a policy by its name."""
    if name in _POLICIES:
        return _POLICIES[name]
    offered = next((point for point in _offered() if point.name == name), None)
    if offered is not None:
        return _load(offered)
    hint = did_you_mean(name, policy_names()) or "; a file is given as my_policy.py:MyPolicy"
    raise InputError(f"a policy must be one of {', '.join(policy_names())}, got {name!r}{hint}")


def policy_identity(policy: PolicyModel) -> dict[str, Any]:
    """Tell all that determines what a policy does: its name, its parameters and, from outside the package, its source.

    Returns
    -------
    identity
        `name`, `parameters`, and for a policy from outside the package what `foreign_identity` tells
    """
    if isinstance(policy, Composed):
        stages = [[policy_identity(part) for part in stage] for stage in policy.stages]
        return {"name": policy.name, "stages": stages, "dates": [str(when) for when in policy.dates]}
    if isinstance(policy, InPlaces):
        own = policy.model_dump(mode="json", exclude={"inner", "where"})
        where = _short(policy.where.model_dump(mode="json"))
        return {"name": policy.name, "inner": policy_identity(policy.inner), "parameters": own, "where": where}
    identity: dict[str, Any] = {"name": policy.name, "parameters": policy.model_dump(mode="json")}
    if foreign.is_foreign(type(policy)):
        identity |= foreign_identity(type(policy))
    return identity


def _short(where: dict[str, Any]) -> dict[str, Any]:
    """Give a checksum beside the number of places: a list of thousands in every manifest helps nobody."""
    listed = {name: where[name] for name in ("segments", "districts")}
    checksum = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
    return where | {name: len(some) for name, some in listed.items()} | {"places_sha256": checksum}


def sources_of(policy: PolicyModel) -> list[dict[str, Any]]:
    """Tell what the strategies from outside the package do that a policy is made of, whatever their parameters."""
    parts = [one for stage in policy.ever() for part in stage for one in part.made_of()]
    return [foreign_identity(type(part)) for part in parts if foreign.is_foreign(type(part))]


def refuse_other(policy: PolicyModel, sources: list[dict[str, Any]] | None) -> None:
    """Refuse a policy that is no longer what it was when a run of it was planned, perhaps in another process.

    Parameters
    ----------
    sources
        what `sources_of` gave then; None where nothing was noted

    Raises
    ------
    InputError
        If a text or a file that it reads has changed.
    """
    if not sources or UNKNOWN in json.dumps(sources):
        return
    if sources_of(policy) != sources:
        raise InputError(
            f"policy {policy.name!r} must stay what it was when the run was planned, and a text or a file that it "
            "reads is another one now: give the command again, or restart the notebook"
        )


def _refuse_double(name: str, kind: type[PolicyModel]) -> None:
    taken = _POLICIES.get(name)
    # The same class defined again is a notebook cell run twice, not a double.
    if taken is not None and (taken.__module__, taken.__qualname__) != (kind.__module__, kind.__qualname__):
        raise InputError(
            f"policy {name!r} is already defined by {taken.__module__}.{taken.__qualname__}; "
            f"give {kind.__qualname__} another name"
        )


def _compose(spec: str, params: dict[str, Any] | None) -> PolicyModel:
    """Put several strategies together, as the words of a spec say."""
    if params:
        raise InputError(f"{spec}: parameters of strategies that are put together must stand in their brackets")
    words = SWITCH.split(spec.strip())
    if any(LINK.search(part) for stage in words[::2] for part in re.split(PLUS, stage)):
        raise InputError(f"a switch must read like 'reactive until 2014-10-01 then grid', got {spec!r}")
    try:
        dates = tuple(date.fromisoformat(word) for word in words[1::2])
    except ValueError as error:
        raise InputError(
            f"a switch must read like 'reactive until 2014-10-01 then grid', got {spec!r} ({error})"
        ) from error
    if any(later <= earlier for earlier, later in pairwise(dates)):
        raise InputError(f"the dates of a switch must follow one another, got {', '.join(map(str, dates))}")
    stages = tuple(tuple(make_policy(part) for part in re.split(PLUS, stage)) for stage in words[::2])
    return Composed(stages=stages, dates=dates)


def _split(spec: str) -> tuple[str, dict[str, Any]]:
    """Part a spec into what names the policy and the parameters in brackets."""
    parts = SPEC.fullmatch(spec.strip())
    if parts is None:
        raise InputError(f"a policy must be named, for instance 'hotspot' or 'hotspot(share=0.03)', got {spec!r}")
    return parts["where"], _read_inline(spec, parts["inline"] or "")


def _read_inline(spec: str, text: str) -> dict[str, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # a text with "\\d" is a mistake, not a word on the screen
            call = ast.parse(f"f({text})", mode="eval").body
        if not isinstance(call, ast.Call):
            raise ValueError("one pair of brackets")
        if call.args or any(word.arg is None for word in call.keywords):
            raise ValueError("parameters need names")
        names = [str(word.arg) for word in call.keywords]
        if len(set(names)) < len(names):
            raise ValueError("each parameter must be given once")
        return {str(word.arg): _value(word.value) for word in call.keywords}
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as error:
        raise InputError(
            f"parameters in brackets must read like hotspot(share=0.03, dwell=12), got {spec!r} ({error})"
        ) from error


def _value(node: ast.expr) -> Any:  # noqa: ANN401 - a parameter may hold any value
    """Read a number, a quoted text or a bare word."""
    value = node.id if isinstance(node, ast.Name) else ast.literal_eval(node)
    refuse_huge(value)
    return value


def _find(where: str) -> type[PolicyModel]:
    file, colon, class_name = where.rpartition(":")
    if where.endswith(".py"):
        return _from_file(Path(where), None)
    if colon and file.endswith(".py"):
        return _from_file(Path(file), class_name)
    return policy_class(where)


def _from_file(path: Path, class_name: str | None) -> type[PolicyModel]:
    if not path.is_file():
        raise InputError(f"a policy file must exist, got {str(path)!r}")
    module = foreign.load_file(path)
    found = {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, PolicyModel) and kind.__module__ == module.__name__
    }
    if class_name is None and len(found) == 1:
        class_name = next(iter(found))
    if class_name not in found:
        known = ", ".join(f"{path.name}:{name}" for name in found) or "none: a policy is a subclass of PolicyModel"
        raise InputError(
            f"{path.name} must define the policy class that is asked for, got {class_name!r}; it has {known}"
        )
    kind = found[class_name]
    if not kind.name:
        raise InputError(f"{path.name}:{class_name} must have a name; write @policy('my_policy') above the class")
    return kind


def _offered() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=ENTRY_POINTS))


def _load(point: EntryPoint) -> type[PolicyModel]:
    try:
        kind = point.load()
    except Exception as error:
        raise InputError(
            f"policy {point.name!r} must be importable from {point.value!r}, but {type(error).__name__}: {error}"
        ) from error
    if not (isinstance(kind, type) and issubclass(kind, PolicyModel)) or kind.name != point.name:
        raise InputError(
            f"entry point {point.value!r} must be a policy class named with @policy({point.name!r}), got {kind!r}"
        )
    return kind


def _first_complaint(kind: type[PolicyModel], error: ValidationError) -> str:
    """Put the first problem with the parameters of a policy into one sentence."""
    problems = error.errors()
    problem = next((one for one in problems if one["type"] == "extra_forbidden"), problems[0])
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = [about.name for about in describe(kind)]
        hint = did_you_mean(name, known)
        return f"policy {kind.name!r}: unknown parameter {name!r}{hint}; it has {', '.join(known) or 'none'}"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"policy {kind.name!r}: {message}"
    return f"policy {kind.name!r}: {name} does not fit: {message}, got {shown(problem['input'])}"
