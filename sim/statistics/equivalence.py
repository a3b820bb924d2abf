"""'No clear difference' is not 'the same': two one-sided tests against a margin that was named beforehand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.errors import InputError
from sim.statistics.intervals import Student, student_p
from sim.statistics.paired_runs import Floats

LEVEL = 0.05
DIFFERENT, EQUIVALENT, BOTH, UNDECIDED = "different", "equivalent", "both", "undecided"


def check_margins(margins: Mapping[str, float]) -> None:
    """Refuse a margin that is not above zero.

    Raises
    ------
    InputError
        If there is one.
    """
    for name, margin in margins.items():
        if not (np.isfinite(margin) and margin > 0.0):
            raise InputError(f"margins: each must be above 0, in the unit of its measure, got {name} = {margin}")


def equivalence_p(about: Student, margins: Floats) -> Floats:
    """Give the p value of a difference of the margin or more (TOST: Schuirmann 1987).

    It is below 5 % exactly where the 90 % interval lies within the margin.
    """
    return np.maximum(student_p(about, -margins, side=1), student_p(about, margins, side=-1))


def judge(p_different: Floats, p_equivalent: Floats, level: float = LEVEL) -> list[str]:
    """Say in a word what both tests come to; 'both' is a difference that is there and does not matter."""
    words = {(True, False): DIFFERENT, (False, True): EQUIVALENT, (True, True): BOTH, (False, False): UNDECIDED}
    return [words[bool(d < level), bool(e < level)] for d, e in zip(p_different, p_equivalent, strict=True)]
