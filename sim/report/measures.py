"""The list of measures that a user may name: what each is, its unit and its good direction."""

from __future__ import annotations

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.outcomes.measures import MEASURES, Measure
from sim.report.page import Table, pick
from sim.report.texts import Lang

BETTER = {"less": ("less", "越少越好"), "more": ("more", "越多越好"), "": ("", "")}


def measures_table(lang: Lang, like: str = "") -> Table:
    """Lay out the measures whose name or label holds some text, in the order of a report.

    Raises
    ------
    InputError
        If there is no such measure.
    """
    chosen = [one for one in MEASURES.values() if _is_like(one, like.casefold().strip())]
    if not chosen:
        raise InputError(
            f"--like must be a part of the name or the label of a measure, got {like!r}{did_you_mean(like, MEASURES)}"
        )
    heads = pick(lang, "name|measure|unit|better", "名称|指标|单位|方向").split("|")
    rows = [(one.name, one.label(lang), one.unit(lang), pick(lang, *BETTER[one.better])) for one in chosen]
    title = pick(
        lang,
        "Measures, by the name that --show, --target, --outcome and the rules of a study take",
        "指标：--show、--target、--outcome 与研究的停止规则所用的名称",
    )
    return Table(title, heads, rows)


def _is_like(one: Measure, letters: str) -> bool:
    return any(letters in words.casefold() for words in (one.name, one.label_en, one.label_zh))
