"""What the model can do at all, beside what was observed, in words."""

from __future__ import annotations

import numpy as np

from sim.batch.calibrate.problem import Problem
from sim.batch.calibrate.reach import Reach
from sim.report.calibration.cells import label_cell, number_cell, observed_cell
from sim.report.numbers import p_value
from sim.report.page import Table
from sim.report.texts import Lang, text


def reach_words(reach: Reach, problem: Problem, lang: Lang, *, fits: bool) -> list[str]:
    """Say, before anything else, which numbers no parameters give; nothing where all are within reach."""
    beyond = reach.out_of_reach()
    rows = reach.table.set_index("measure")
    said = []
    for measure in [*beyond, *reach.out_of_reach(held_out=True)]:
        row = rows.loc[measure]
        words = {"target": label_cell(measure, lang), "observed": number_cell(measure, row["observed"])}
        words |= {"least": number_cell(measure, row["least"]), "most": number_cell(measure, row["most"])}
        key = "calibration.beyond" if measure in beyond else "calibration.beyond_held_out"
        said.append(text(lang, key).format(**words, years=f"{reach.n_years:,}", points=reach.n_points))
    if not beyond and not fits and len(problem.fitted) > 1:
        said.append(text(lang, "calibration.beyond_together"))
    return said


def far_words(reach: Reach, lang: Lang) -> list[str]:
    """Say that the numbers together lie far from every year that the model made, where they do."""
    if not reach.is_far:
        return []
    return [text(lang, "calibration.far").format(nearest=f"{reach.nearest:.1f}", share=f"{100 * reach.p_nearest:.1f}")]


def reach_table(reach: Reach, lang: Lang) -> Table:
    """Set each number beside all that the model makes over the intervals."""
    rows = [
        [label_cell(row["measure"], lang), observed_cell(row, lang),
         f"{number_cell(row['measure'], row['low'])} … {number_cell(row['measure'], row['high'])}",
         f"{number_cell(row['measure'], row['least'])} … {number_cell(row['measure'], row['most'])}",
         text(lang, "calibration.within" if row["reached"] else "calibration.outside")]
        for row in reach.table.to_dict("records")
    ]  # fmt: skip
    if np.isfinite(reach.distance):
        for key, value, p in (("distance", reach.distance, reach.p_distance), ("near", reach.nearest, reach.p_nearest)):
            rows.append([text(lang, f"calibration.{key}"), f"{value:.2f}", "–", "–", f"p = {p_value(p)}"])
    heads = [text(lang, f"calibration.{name}") for name in ("target", "observed", "all_years", "extremes", "reach")]
    title = text(lang, "calibration.reach_title").format(years=f"{reach.n_years:,}", points=reach.n_points)
    return Table(title, heads, rows)
