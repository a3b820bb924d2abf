"""How the pages on a calibration write a target."""

from __future__ import annotations

from sim.outcomes.measures import MEASURES
from sim.report.numbers import format_number
from sim.report.texts import Lang, text


def label_cell(measure: object, lang: Lang) -> str:
    """Name a measure with its unit."""
    about = MEASURES[str(measure)]
    return f"{about.label(lang)} [{about.unit(lang)}]"


def number_cell(measure: object, value: float) -> str:
    """Write a value of a measure."""
    return format_number(float(value), MEASURES[str(measure)].decimals + 1)


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
