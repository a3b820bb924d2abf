"""A calibration in words, in English and Chinese: fit, what was held out, what is known of each parameter."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.batch.calibrate.learnt import (
    closest_misses,
    fit_table,
    pair_table,
    parameter_table,
    plausible_points,
    profile_table,
)
from sim.batch.calibrate.match import Matching
from sim.batch.calibrate.problem import Problem
from sim.batch.calibrate.quick import QuickFit
from sim.batch.calibrate.sets import sets_file, write_matched_sets
from sim.report.calibration.cells import label_cell, number_cell, observed_cell, use_cell
from sim.report.calibration.known_text import known_words, pairs_table, parameters_table, profiles_table
from sim.report.calibration.reach_text import far_words, reach_table, reach_words
from sim.report.captions import synthetic_label
from sim.report.numbers import format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text


def describe_matching(matching: Matching, lang: Lang = "en") -> Page:
    """Tell what is plausible, or that nothing is."""
    beyond = reach_words(matching.reach, matching.problem, lang, fits=matching.fits)
    head = [*beyond, matching_answer(matching, lang), synthetic_label(lang)]
    doubts = far_words(matching.reach, lang)
    if not matching.fits:
        reach = reach_table(matching.reach, lang)
        return [*head, *doubts, _misses_table(matching, lang), reach, _nothing(lang), _waves_table(matching, lang)]
    return [
        *head,
        *doubts,
        held_out_words(fit_table(matching), lang),
        targets_table(fit_table(matching), lang),
        known_words(matching, lang),
        parameters_table(parameter_table(matching), lang),
        profiles_table(matching, lang),
        *pairs_table(matching, lang),
        reach_table(matching.reach, lang),
        _waves_table(matching, lang),
        *_notes(matching, lang),
    ]


def write_matching(matching: Matching, out: Path) -> list[Path]:
    """Write `calibration.md`, `.zh.md`, `reach.csv`, and where something fits the points and what is known by them."""
    files = write_pages(out, "calibration", describe_matching(matching), describe_matching(matching, "zh"))
    tables = {"points": plausible_points, "fit": fit_table, "parameters": parameter_table,
              "profile": profile_table, "pairs": pair_table}  # fmt: skip
    matching.reach.table.to_csv(out / "reach.csv", index=False)
    files.append(out / "reach.csv")
    for name, make in tables.items():
        file = out / f"{name}.csv"
        file.unlink(missing_ok=True)  # of an earlier answer, which a study would carry on
        if matching.fits:
            make(matching).to_csv(file, index=False)
            files.append(file)
    sets_file(matching.problem, out).unlink(missing_ok=True)
    return [*files, write_matched_sets(matching, out)] if matching.fits else files


def describe_quick(fit: QuickFit, lang: Lang = "en") -> Page:
    """Tell which point fits best, and that it is one of many."""
    heads = [text(lang, f"calibration.{name}") for name in ("target", "observed", "simulated", "miss", "use")]
    rows = [
        [label_cell(row["measure"], lang), observed_cell(row, lang), number_cell(row["measure"], row["simulated"]),
         format_number(row["miss"], 1), use_cell(row, lang)]
        for row in fit.table.to_dict("records")
    ]  # fmt: skip
    values = [[str(name), f"{fit.point[name].iat[0]:.4g}"] for name in fit.point.columns]
    return [
        pick(
            lang,
            f"The best of {len(fit.losses)} points (loss {fit.loss:.2f})",
            f"{len(fit.losses)} 个点中最佳者（损失 {fit.loss:.2f}）",
        ),
        synthetic_label(lang),
        Table(text(lang, "calibration.point"), [text(lang, "sensitivity.parameter"), ""], values),
        Table(text(lang, "calibration.fit"), heads, rows),
        pick(
            lang,
            "One point does not tell how sure it is: others may fit as well. History matching (without --quick) tells "
            "all that fit. Of several hundred points, the best one's loss is also good by luck.",
            "单个点并不说明其可靠程度：可能还有其他点同样拟合。不加 --quick 的历史匹配会给出全部合理参数。"
            "多点中最佳者的损失也含有运气成分。",
        ),
    ]


def write_quick(fit: QuickFit, out: Path) -> list[Path]:
    """Write `quick.md`, `quick.zh.md`, `quick.csv` (targets) and `quick_point.csv`."""
    fit.table.to_csv(out / "quick.csv", index=False)
    fit.point.to_csv(out / "quick_point.csv", index=False)
    pages = write_pages(out, "quick", describe_quick(fit), describe_quick(fit, "zh"))
    return [*pages, out / "quick.csv", out / "quick_point.csv"]


def matching_answer(matching: Matching, lang: Lang) -> str:
    """Give the answer in a sentence."""
    n = len(matching.unit)
    if not matching.fits:
        return pick(
            lang,
            f"Nothing fits: no parameters in these intervals meet all fitted targets ({n} points run)",
            f"没有任何参数拟合：这些区间内没有参数能同时满足全部拟合目标（已运行 {n} 个点）",
        )
    share = matching.waves[-1].share
    size = "< 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
    return pick(
        lang,
        f"{size} of the space is plausible; {len(matching.confirmed)} of {n} points fit by their own runs",
        f"参数空间的 {size} 是合理的；{n} 个点中有 {len(matching.confirmed)} 个以自身运行结果满足全部拟合目标",
    )


def held_out_words(table: pd.DataFrame, lang: Lang) -> str:
    """Tell how well targets are predicted that were not fitted."""
    held = table[table["held_out"]]
    if held.empty:
        return pick(
            lang,
            "No target was held out, so it is not known how well others would be predicted: set hold_out = true.",
            "没有留出目标，因此无从判断对其他指标的预测能力：请为部分目标设置 hold_out = true。",
        )
    good = int(held["within"].sum())
    return pick(
        lang,
        f"Held out: {good} of {len(held)} targets lie within what plausible points predict, their own error included.",
        f"留出目标：{len(held)} 个中有 {good} 个落在合理参数的预测范围内（含观测误差）。",
    )


def targets_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Set each target beside what plausible points give; and the check of the emulator, where there was one."""
    names = ["target", "observed", "simulated", "range", "miss", "use"]
    emulated = "explained" in table
    rows = []
    for row in table.to_dict("records"):
        name = str(row["measure"])
        rows.append(
            [
                label_cell(name, lang),
                observed_cell(row, lang),
                number_cell(name, row["simulated"]),
                f"{number_cell(name, row['low'])} … {number_cell(name, row['high'])}",
                format_number(row["miss"], 1),
                use_cell(row, lang),
                *([f"{100 * max(row['explained'], 0.0):.0f} % ({row['scale']:.2f})"] if emulated else []),
            ]
        )
    heads = [text(lang, f"calibration.{name}") for name in [*names, *(["explained"] if emulated else [])]]
    return Table(text(lang, "calibration.fit"), heads, rows)


def _waves_table(matching: Matching, lang: Lang) -> Table:
    rows = []
    for number, wave in enumerate(matching.waves, start=1):
        worst = min(wave.checks.items(), key=lambda one: one[1].explained)
        left = f"{100 * wave.share:.2f} %"
        rows.append([str(number), str(wave.n_points), left, f"{worst[0]}: {100 * max(worst[1].explained, 0.0):.0f} %"])
    heads = [text(lang, f"calibration.{name}") for name in ("wave", "points", "left", "worst")]
    return Table(text(lang, "calibration.waves"), heads, rows)


def _misses_table(matching: Matching, lang: Lang) -> Table:
    rows = [
        [label_cell(row["measure"], lang), number_cell(row["measure"], row["observed"]),
         number_cell(row["measure"], row["simulated"]), format_number(row["miss"], 1)]
        for row in closest_misses(matching).to_dict("records")
    ]  # fmt: skip
    heads = [text(lang, f"calibration.{name}") for name in ("target", "observed", "simulated", "miss")]
    return Table(text(lang, "calibration.closest"), heads, rows)


def _nothing(lang: Lang) -> str:
    return pick(
        lang,
        "Look first at the definitions (is the city's number counted as the measure is?), then at the intervals, then "
        "at the model. Do not widen an uncertainty until it fits: that would say less than this page does.",
        "请先核对口径（城市数字与指标的统计方式是否一致），再看区间，最后看模型。不要为了拟合而放大不确定度：那样说明的问题反而更少。",
    )


def model_error_words(problem: Problem, lang: Lang) -> list[str]:
    """Say of how many targets a model error was allowed, and what that means."""
    n, allowed = len(problem.targets), sum(target.model_sd > 0.0 for target in problem.targets)
    if not allowed:
        return [text(lang, "calibration.no_model_error")]
    return [text(lang, "calibration.model_error").format(n=n, allowed=allowed)]


def _notes(matching: Matching, lang: Lang) -> list[str]:
    cutoff = f"{matching.problem.cutoff:g}"
    return [
        *model_error_words(matching.problem, lang),
        pick(
            lang,
            f"Plausible: no fitted target is missed by more than {cutoff} standard deviations of observation, one "
            "year's chance and emulator together. All plausible points count alike; they are not draws of a posterior.",
            f"合理：任何拟合目标的偏差均不超过观测误差、一年偶然性与代理模型误差合计的 {cutoff} 个标准差。"
            "合理点一视同仁，并非后验分布的抽样。",
        ),
        text(lang, "calibration.sets").format(
            file=sets_file(matching.problem, Path()).name, sets=matching.problem.sets
        ),
    ]  # fmt: skip
