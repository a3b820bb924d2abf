"""How the pages on a calibration write a target."""

from __future__ import annotations

from sim.batch.calibrate.problem import CLAIM
from sim.outcomes.measures import MEASURES
from sim.report.numbers import format_number
from sim.report.page import pick
from sim.report.texts import Lang, text
from sim.validation.claim import Claim, load_claims


def name_cell(measure: object, lang: Lang) -> str:
    """Name a measure, or say what a claim is about."""
    claim = _claim(measure)
    return pick(lang, claim.says, claim.says_zh) if claim else MEASURES[str(measure)].label(lang)


def label_cell(measure: object, lang: Lang) -> str:
    """Name a measure or a claim with its unit."""
    claim = _claim(measure)
    unit = pick(lang, claim.unit, claim.unit_zh) if claim else MEASURES[str(measure)].unit(lang)
    return f"{name_cell(measure, lang)} [{unit}]"


def number_cell(measure: object, value: float) -> str:
    """Write a value of a measure or a claim."""
    claim = _claim(measure)
    return format_number(float(value), claim.decimals if claim else MEASURES[str(measure)].decimals + 1)


def _claim(measure: object) -> Claim | None:
    name = str(measure)
    return load_claims().claims[name.removeprefix(CLAIM)] if name.startswith(CLAIM) else None


def observed_cell(row: dict[str, object], lang: Lang) -> str:
    """Write what was observed, how far that may be off, and the model error where one is allowed."""
    ends = (number_cell(row["measure"], float(str(row[name]))) for name in ("observed", "sd"))
    written = " ± ".join(ends)
    error = float(str(row["model_sd"]))
    told = number_cell(row["measure"], error)
    return text(lang, "calibration.and_model_error").format(written=written, error=told) if error else written


def use_cell(row: dict[str, object], lang: Lang) -> str:
    """Say what a target is used for."""
    return text(lang, "calibration.held_out" if row["held_out"] else "calibration.fitted")
