"""The comparison of a study in a page: every strategy against the baseline, in the outcomes that the study asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.batch.store.read import StudyRuns
from sim.errors import InputError
from sim.outcomes.measures import BETTER, MEASURES, choose_headline
from sim.report.numbers import format_interval, format_number, known, p_value
from sim.report.page import Page, Table, pick
from sim.report.texts import Lang
from sim.statistics.contrasts import contrasts
from sim.statistics.stopping import judge_precision

HEADS = {
    "en": ("difference in", "strategy", "baseline", "difference", "95 % interval", "for all together", "p (Holm)",
           "variance saved"),
    "zh": ("指标", "策略", "基准均值", "差异", "95 % 区间", "同时成立的区间", "p 值（Holm）", "方差节省倍数"),
}  # fmt: skip


def tabulate_study(study_runs: StudyRuns, measures: list[str] | None = None) -> pd.DataFrame:
    """Compare every strategy with the baseline, in each scenario and at each point of the design.

    Returns
    -------
    table
        `scenario`, `point`, and the columns of `sim.statistics.contrasts.contrasts`; the interval of a study that its
        rule stopped is the one that holds although it was looked at again and again

    Raises
    ------
    InputError
        If the baseline has no runs, or there is nothing to compare it with.
    """
    wanted = measures or list(MEASURES)
    tables = []
    for (scenario, point), rows in study_runs.runs.groupby(["scenario", "point"], sort=False):
        runs = rows.rename(columns={"strategy": "policy"})
        if study_runs.baseline not in set(runs["policy"]) or runs["policy"].nunique() < 2:
            continue
        table = contrasts(runs, study_runs.baseline, wanted, margins=study_runs.study.margins or None, better=BETTER)
        rule = study_runs.study.stop
        if rule is not None and rule.outcome in wanted:
            seen = judge_precision(runs, baseline=study_runs.baseline, measure=rule.outcome, half_width=rule.half_width)
            for one in seen.itertuples():
                is_asked = (table["policy"] == one.policy) & (table["measure"] == rule.outcome)
                table.loc[is_asked, ["low", "high"]] = [one.low, one.high]
        table.insert(0, "point", point)
        table.insert(0, "scenario", scenario)
        tables.append(table)
    if not tables:
        raise InputError(
            f"{study_runs.path}: a comparison needs runs of the baseline {study_runs.baseline!r} and of one more"
        )
    return pd.concat(tables, ignore_index=True)


def describe_study(study_runs: StudyRuns, table: pd.DataFrame, lang: Lang) -> Page:
    """Tell the comparison of a study: a table for each scenario and point of the design."""
    study, manifest = study_runs.study, study_runs.manifest
    head = pick(
        lang,
        f"{study.name}: every strategy against {study_runs.baseline}",
        f"{study.name}：各策略与基准 {study_runs.baseline} 的比较",
    )
    state = pick(
        lang,
        f"{manifest['n_done']:,} of {manifest['n_planned']:,} runs, {manifest['status']}; model {manifest['model']}. "
        "Synthetic people: compares strategies, forecasts no real address.",
        f"{manifest['n_planned']:,} 次运行中已完成 {manifest['n_done']:,} 次（{manifest['status']}）；"
        f"模型 {manifest['model']}。人物均为合成：用于比较策略，不预测真实地址。",
    )
    note = pick(
        lang,
        "Differences are taken seed by seed. The interval 'for all together' holds for all strategies of one outcome "
        "at once, and p is adjusted for their number. 'Variance saved': how many times more seeds it would take "
        "without common draws.",
        "差异按同一种子配对计算。“同时成立的区间”对同一指标的所有策略同时成立，p 值按策略数校正。"
        "“方差节省倍数”：若不共用随机数，所需种子数的倍数。",
    )
    page: list[str | Table] = [head, state]
    if study.question:
        page.append(study.question)
    return [*page, *_tables(study_runs, table, lang), note, f"`cpsim contrast {study_runs.path}`"]


def _tables(study_runs: StudyRuns, table: pd.DataFrame, lang: Lang) -> Iterator[Table]:
    outcomes = [name for name in choose_headline(study_runs.study.outcomes) if name in set(table["measure"])]
    points = study_runs.arms.drop_duplicates("point").set_index("point")[study_runs.parameters]
    for (scenario, point), part in table.groupby(["scenario", "point"], sort=False):
        values = ", ".join(f"{name} = {value:.4g}" if isinstance(value, float) else f"{name} = {value}"
                           for name, value in points.loc[point].items())  # fmt: skip
        title = f"{scenario}, {int(part['n_pairs'].max())} {pick(lang, 'pairs of runs', '对运行')}"
        rows = [_row(row, lang) for name in outcomes for row in part[part["measure"] == name].to_dict("records")]
        yield Table(f"{title}: {values}" if values else title, HEADS[lang], rows)


def _row(row: dict[str, float], lang: Lang) -> list[str]:
    about = MEASURES[str(row["measure"])]
    decimals = about.decimals + 1
    return [
        f"{about.label(lang)}, {about.unit(lang)}", str(row["policy"]), format_number(row["baseline"], about.decimals),
        format_number(row["difference"], decimals, sign=True),
        format_interval(row["low"], row["high"], decimals, sign=True),
        format_interval(row["all_low"], row["all_high"], decimals, sign=True), p_value(row["p_holm"]),
        known(row["variance_ratio"], "{:.1f}"),
    ]  # fmt: skip
