"""What approximate Bayesian computation found, in words: how near it came, and what its weighted points tell."""

from __future__ import annotations

from pathlib import Path

from sim.batch.calibrate.abc import AbcFit, drawn_points, particle_table, posterior_fit, smallest_epsilon
from sim.batch.calibrate.learnt import parameter_table
from sim.batch.calibrate.sets import sets_file, write_abc_sets
from sim.report.calibration.known_text import known_words, pairs_table, parameters_table, shares_table
from sim.report.calibration.reach_text import far_words, reach_table, reach_words
from sim.report.calibration.text import held_out_words, model_error_words, targets_table
from sim.report.captions import synthetic_label
from sim.report.numbers import format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text

FEW = 50.0
"""Effective size below which the ends of a 95 % range rest on a point or two."""


def describe_abc(fit: AbcFit, lang: Lang = "en") -> Page:
    """Tell what was drawn, or that nothing came near."""
    beyond = reach_words(fit.reach, fit.problem, lang, fits=True)
    head = [*beyond, abc_answer(fit, lang), synthetic_label(lang), *far_words(fit.reach, lang)]
    if not fit.fits:
        return [
            *head,
            _not_near(lang),
            reach_table(fit.reach, lang),
            targets_table(posterior_fit(fit), lang),
            _populations(fit, lang),
        ]
    table = posterior_fit(fit)
    return [
        *head,
        *_doubts(fit, lang),
        held_out_words(table, lang),
        targets_table(table, lang),
        known_words(fit, lang),
        parameters_table(parameter_table(fit), lang),
        shares_table(fit, lang),
        *pairs_table(fit, lang),
        reach_table(fit.reach, lang),
        _populations(fit, lang),
        *_notes(fit, lang),
    ]


def write_abc(fit: AbcFit, out: Path) -> list[Path]:
    """Write `abc.md`, `.zh.md`, `abc_populations.csv`, and where something fits points, particles, fit, parameters."""
    files = write_pages(out, "abc", describe_abc(fit), describe_abc(fit, "zh"))
    tables = {
        "points": drawn_points,
        "particles": particle_table,
        "fit": posterior_fit,
        "parameters": parameter_table,
    }
    for name, make in tables.items():
        file = out / f"abc_{name}.csv"
        file.unlink(missing_ok=True)  # of an earlier answer, which a study would carry on
        if fit.fits:
            make(fit).to_csv(file, index=False)
            files.append(file)
    sets_file(fit.problem, out).unlink(missing_ok=True)
    if fit.fits:
        files.append(write_abc_sets(fit, out))
    fit.populations.to_csv(out / "abc_populations.csv", index=False)
    return [*files, out / "abc_populations.csv"]


def abc_answer(fit: AbcFit, lang: Lang) -> str:
    """Give the answer in a sentence."""
    epsilon, n = f"{fit.epsilon:.2f}", len(fit.unit)
    if not fit.fits:
        cutoff = f"{fit.problem.cutoff:g}"
        return pick(
            lang,
            f"Nothing came near: no {n} points within {cutoff} standard deviations among {fit.n_points} points",
            f"没有参数足够接近：运行 {fit.n_points} 个点，未得到 {n} 个在 {cutoff} 个标准差以内的点",
        )
    effective = f"{fit.populations['effective'].iat[-1]:.0f}"
    return pick(
        lang,
        f"{n} draws that miss the fitted targets by {epsilon} standard deviations at most, on average over them, worth "
        f"{effective} independent ones; {fit.n_points} points run",
        f"{n} 个抽样，对拟合目标的平均偏差不超过 {epsilon} 个标准差，相当于 {effective} 个独立抽样；"
        f"共运行 {fit.n_points} 个点",
    )


def _doubts(fit: AbcFit, lang: Lang) -> list[str]:
    """Say first what makes the draws worth less than they look."""
    words = []
    if not fit.reached:
        floor = f"{smallest_epsilon(fit.problem):.2f}"
        words.append(
            pick(
                lang,
                f"Stopped before epsilon was down to {floor}: the ranges are wider than the numbers warrant. More "
                "points or populations would narrow them, unless the model cannot come nearer.",
                f"在 ε 降至 {floor} 之前停止：所给范围比数据所支持的更宽。"
                "增加点数或轮次可使其收窄，除非模型无法更接近。",
            )
        )
    if fit.populations["effective"].iat[-1] < FEW:
        words.append(
            pick(
                lang,
                "Few draws in effect: the ends of the ranges rest on a point or two.",
                "有效抽样数少：范围两端只由一两个点决定。",
            )
        )
    return words


def _not_near(lang: Lang) -> str:
    return pick(
        lang,
        "Either the budget was too small (abc.max_points, abc.populations), or no parameters in these intervals make "
        "these numbers; history matching (without --abc) tells which. The table shows the last population.",
        "或是预算过小（abc.max_points、abc.populations），或是这些区间内没有参数能产生这些数字；"
        "不加 --abc 的历史匹配可加以区分。下表为最后一轮的结果。",
    )


def _populations(fit: AbcFit, lang: Lang) -> Table:
    rows = []
    for number, row in enumerate(fit.populations.to_dict("records")):
        # The first population takes every point: it stands for what was thought before.
        epsilon = format_number(row["epsilon"], 2) if number else "–"
        share = f"{100 * row['accepted'] / row['judged']:.0f} %"
        rows.append([str(number), epsilon, f"{row['judged']:.0f}", share, f"{row['effective']:.0f}"])
    heads = [text(lang, f"calibration.{name}") for name in ("population", "epsilon", "judged", "accepted", "effective")]
    return Table(text(lang, "calibration.populations"), heads, rows)


def _notes(fit: AbcFit, lang: Lang) -> list[str]:
    floor = f"{smallest_epsilon(fit.problem):.2f}"
    return [
        *model_error_words(fit.problem, lang),
        pick(
            lang,
            "Draws of an approximate posterior: before, every value of an interval was as likely as any other (or "
            f"every factor, where log = true). At an epsilon of {floor} the tolerated miss is as wide as the numbers' "
            "own error and one year's chance together; a smaller one would claim to know more than the numbers do.",
            "近似后验分布的抽样：先验为区间内均匀（log = true 时为对数均匀）。"
            f"ε 为 {floor} 时，所容许的偏差与观测误差及一年偶然性相当；更小的 ε 会声称比数据本身知道得更多。",
        ),
        pick(
            lang,
            "abc_points.csv holds points of equal weight to carry on, for a study with method = 'table'; "
            "abc_particles.csv holds the weighted ones, and so does the file for `cpsim sweep STUDY --parameters`, "
            f"{sets_file(fit.problem, Path()).name}. The package's defaults stay.",
            "abc_points.csv 给出等权、可继续使用的点（在研究中用 method = \"table\"）；abc_particles.csv 给出带权的点，"
            f"{sets_file(fit.problem, Path()).name} 亦然，可用 `cpsim sweep STUDY --parameters` 携带。"
            "软件包的默认值不变。",
        ),
    ]  # fmt: skip
