"""A calibration in words, in English and Chinese: fit, what was held out, what is known of each parameter."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.batch.calibrate.learnt import (
    Found,
    closest_misses,
    confounded,
    fit_table,
    parameter_table,
    plausible_points,
)
from sim.batch.calibrate.match import Matching
from sim.batch.calibrate.quick import QuickFit
from sim.outcomes.measures import MEASURES
from sim.report.captions import synthetic_label
from sim.report.numbers import format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text


def describe_matching(matching: Matching, lang: Lang = "en") -> Page:
    """Tell what is plausible, or that nothing is."""
    head = [matching_answer(matching, lang), synthetic_label(lang)]
    if not matching.fits:
        return [*head, _misses_table(matching, lang), _nothing(lang), _waves_table(matching, lang)]
    return [
        *head,
        held_out_words(fit_table(matching), lang),
        targets_table(fit_table(matching), lang),
        known_words(matching, lang),
        parameters_table(parameter_table(matching), lang),
        _waves_table(matching, lang),
        *_notes(matching, lang),
    ]


def write_matching(matching: Matching, out: Path) -> list[Path]:
    """Write `calibration.md`, `.zh.md`, and where something fits `points.csv`, `fit.csv` and `parameters.csv`."""
    files = write_pages(out, "calibration", describe_matching(matching), describe_matching(matching, "zh"))
    tables = {"points": plausible_points, "fit": fit_table, "parameters": parameter_table}
    for name, make in tables.items():
        file = out / f"{name}.csv"
        file.unlink(missing_ok=True)  # of an earlier answer, which a study would carry on
        if matching.fits:
            make(matching).to_csv(file, index=False)
            files.append(file)
    return files


def describe_quick(fit: QuickFit, lang: Lang = "en") -> Page:
    """Tell which point fits best, and that it is one of many."""
    heads = [text(lang, f"calibration.{name}") for name in ("target", "observed", "simulated", "miss", "use")]
    rows = [
        [_label(row["measure"], lang), _with_sd(row, lang), _number(row["measure"], row["simulated"]),
         format_number(row["miss"], 1), _use(row, lang)]
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
                _label(name, lang),
                _with_sd(row, lang),
                _number(name, row["simulated"]),
                f"{_number(name, row['low'])} … {_number(name, row['high'])}",
                format_number(row["miss"], 1),
                _use(row, lang),
                *([f"{100 * max(row['explained'], 0.0):.0f} % ({row['scale']:.2f})"] if emulated else []),
            ]
        )
    heads = [text(lang, f"calibration.{name}") for name in [*names, *(["explained"] if emulated else [])]]
    return Table(text(lang, "calibration.fit"), heads, rows)


def known_words(fit: Found, lang: Lang) -> str:
    """Name the parameters of which the data tell little, and those that they tell only together."""
    table = parameter_table(fit)
    blind = table[~table["informed"]]["parameter"].tolist()
    pairs = [f"{one} × {other} ({r:+.2f})" for one, other, r in confounded(fit)]
    words = []
    if blind:
        words.append(
            pick(
                lang,
                f"The data do not inform, taken one by one: {', '.join(blind)}.",
                f"数据未能（单独）提供信息的参数：{'、'.join(blind)}。",
            )
        )
    if pairs:
        words.append(
            pick(
                lang,
                f"Known together rather than each alone: {', '.join(pairs)}.",
                f"只能共同确定、无法逐一确定的参数对：{'、'.join(pairs)}。",
            )
        )
    return " ".join(words) or pick(lang, "The data inform every parameter.", "数据对每个参数都提供了信息。")


def parameters_table(table: pd.DataFrame, lang: Lang) -> Table:
    """Set what is plausible of each parameter beside what was thought before."""
    rows = [
        [
            str(row["parameter"]),
            f"{row['low']:.4g} … {row['high']:.4g}",
            f"{row['plausible_low']:.4g} … {row['plausible_high']:.4g}",
            f"{100 * row['width']:.0f} %",
            f"{row['partner']} {row['correlation']:+.2f}" if row["partner"] else "–",
        ]
        for row in table.to_dict("records")
    ]
    heads = [text(lang, "sensitivity.parameter")]
    heads += [text(lang, f"calibration.{name}") for name in ("before", "plausible", "width", "partner")]
    return Table(text(lang, "calibration.parameters"), heads, rows)


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
        [_label(row["measure"], lang), _number(row["measure"], row["observed"]),
         _number(row["measure"], row["simulated"]), format_number(row["miss"], 1)]
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


def _notes(matching: Matching, lang: Lang) -> list[str]:
    cutoff = f"{matching.problem.cutoff:g}"
    return [
        pick(
            lang,
            f"Plausible: no fitted target is missed by more than {cutoff} standard deviations of observation, one "
            "year's chance and emulator together. All plausible points count alike; they are not draws of a posterior.",
            f"合理：任何拟合目标的偏差均不超过观测误差、一年偶然性与代理模型误差合计的 {cutoff} 个标准差。"
            "合理点一视同仁，并非后验分布的抽样。",
        ),
        pick(
            lang,
            "points.csv holds points to carry on, for a study with method = 'table'. The package's defaults stay.",
            "points.csv 给出可继续使用的点（在研究中用 method = \"table\"）。软件包的默认值不变。",
        ),
    ]  # fmt: skip


def _label(measure: object, lang: Lang) -> str:
    about = MEASURES[str(measure)]
    return f"{about.label(lang)} [{about.unit(lang)}]"


def _number(measure: object, value: float) -> str:
    return format_number(float(value), MEASURES[str(measure)].decimals + 1)


def _with_sd(row: dict[str, object], lang: Lang) -> str:
    del lang
    return f"{_number(row['measure'], float(str(row['observed'])))} ± {_number(row['measure'], float(str(row['sd'])))}"


def _use(row: dict[str, object], lang: Lang) -> str:
    return text(lang, "calibration.held_out" if row["held_out"] else "calibration.fitted")
