"""What a job found, in a JSON file that says whether it is whole: read again instead of made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def seal(found: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Give the checksum of what was found, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def read_sealed(file: Path, found_in: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - whatever was found
    """Read what a job found; None where nothing is there, or it was damaged, so that it is made again.

    Parameters
    ----------
    found_in
        takes from the content of the file what its `sha256` is of
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        found = found_in(content)
        return found if content["sha256"] == seal(found) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
