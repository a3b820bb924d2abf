"""A randomised trial in words, as trials are reported, and its power before it is run; in English and Chinese."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.trial.many import Conducted, Planned
from sim.report.captions import synthetic_label
from sim.report.names import strategy_name
from sim.report.numbers import format_number
from sim.report.page import Page, Table, pick, write_pages
from sim.report.texts import Lang, text
from sim.statistics.trials import Power

UNITS = ("hottest", "districts", "cells", "households")
ON_LOG = ("change", "around")
"""Outcomes that are log rate ratios; the others are differences in standard deviations."""
MOST_PCT = 1000.0
"""A larger change is not written out: it is the end of an interval of a trial with next to no counts."""
OUTCOMES = ("change", "around", "security_sd", "satisfaction_sd", "trust_sd")


def describe_plan(planned: Planned, lang: Lang = "en") -> Page:
    """Tell units, arms and power of a trial that is still to be run."""
    trial, counts = planned.trial, planned.counts
    page: list[str | Table] = [
        pick(lang, f"Plan of the trial {trial.name}", f"试验计划：{trial.name}"),
        synthetic_label(lang),
        _design_words(planned, lang),
        _arms_table(planned, lang),
        pick(
            lang,
            f"Before the lot ({trial.from_day} days) the units have {format_number(counts.mean(), 1)} incidents "
            f"each on "
            f"average, from {counts.min():.0f} to {counts.max():.0f}.",
            f"抽签前（{trial.from_day} 天）每个单元平均 {format_number(counts.mean(), 1)} 起案件，"
            f"最少 {counts.min():.0f}，最多 {counts.max():.0f}。",
        ),
        *[power_sentence(one, planned, lang) for one in planned.powers if one.effect == _asked_effect(planned)],
        _power_table(planned, lang),
        pick(
            lang,
            f"Each row comes from {trial.power.trials:,} trials on paper: rates of places as the counts before "
            f"the lot tell "
            "of them (places chosen for a bad time fall back by themselves), a lot, a true effect, new counts, "
            "the same estimate. "
            "It leaves out what a run shows besides: places that change each in its own way, treatments that "
            "reach their "
            "neighbours, officers who are called away. Real power is lower, not higher.",
            f"每行来自 {trial.power.trials:,} 次纸面试验：由抽签前的案件数推断各地点的发案率"
            "（因某时期案件多而入选者会自行回落），抽签、设定真实效应、生成新的案件数并作同样的估计。其中不含运行才能显示的情形：各地点自身的变化、干预波及邻近、警员被派往他处。"
            "实际功效只会更低。",
        ),
    ]
    return page


def power_sentence(power: Power, planned: Planned, lang: Lang = "en") -> str:
    """Say how often a trial of this size would miss the effect."""
    missed = round(10.0 * (1.0 - power.found))
    what = _unit_words(planned.trial.units.kind, power.n_units, lang)
    effect = f"{100.0 * power.effect:+.0f} %".replace("-", "−")
    if lang == "zh":
        often = {0: "几乎从不", 10: "几乎总是"}.get(missed, f"十次中有 {missed} 次会")
        return f"以{what}、{power.days} 天，{often}错过 {effect} 的效应。"
    often = {0: "hardly ever", 10: "nearly always"}.get(missed, f"{_number(missed)} in ten")
    return f"With {what} and {power.days} days you would miss an effect of {effect} {often}."


def describe_trial(done: Conducted, lang: Lang = "en") -> Page:
    """Report a trial: flow, balance, effects with intervals, surroundings, and what all cities together say."""
    trial = done.trial
    page: list[str | Table] = [trial_answer(done, lang), synthetic_label(lang), _flow_words(done, lang)]
    page += [_balance_table(done, lang)]
    for arm, about in trial.arms.items():
        page += [_effects_table(done, arm, strategy_name(about.strategy, lang), lang), _found_words(done, arm, lang)]
    page += [_notes(done, lang)]
    for seed, problem in done.failures.items():
        page.append(pick(lang, f"City {seed} could not be done: {problem}", f"城市 {seed} 未能完成：{problem}"))
    return page


def trial_answer(done: Conducted, lang: Lang) -> str:
    """Give the answer in a sentence."""
    arm = next(iter(done.trial.arms))
    name = _main(done)
    truth = done.truth(arm, name)
    value = _shown(name, truth.value)
    interval = f"{_shown(name, truth.low)} … {_shown(name, truth.high)}"
    n = len(done.told)
    what = text(lang, f"trial.{name}")
    if lang == "zh":
        return f"试验 {done.trial.name}：{arm} 与对照组之差（{what}）{value}（{n} 个城市，95 % 区间 {interval}）"
    return f"Trial {done.trial.name}: {arm} against control, {what}: {value} ({n} cities, 95 % interval {interval})"


def write_trial(done: Conducted, out: Path) -> list[Path]:
    """Write `trial.csv` (one row per city, arm and outcome), `.md` and `.zh.md`."""
    rows = [
        {"seed": seed, "arm": arm, "outcome": name, **dict(zip(("value", "low", "high", "error"), effect, strict=True)),
         "p": told.get("p", np.nan) if name == "change" else np.nan}
        for seed, one in done.told.items()
        for arm, told in one["effects"].items()
        for name, effect in told.items() if name != "p"
    ]  # fmt: skip
    file = out / "trial.csv"
    pd.DataFrame(rows).to_csv(file, index=False)
    return [file, *write_pages(out, "trial", describe_trial(done), describe_trial(done, "zh"))]


def write_plan(planned: Planned, out: Path) -> list[Path]:
    """Write `power.csv`, and the plan in both languages."""
    file = out / "power.csv"
    pd.DataFrame([one._asdict() for one in planned.powers]).to_csv(file, index=False)
    return [file, *write_pages(out, "plan", describe_plan(planned), describe_plan(planned, "zh"))]


def outcomes_of(done: Conducted, arm: str) -> list[str]:
    """Name the outcomes that were estimated in some city."""
    return [name for name in OUTCOMES if len(done.effects(arm, name))]


def _main(done: Conducted) -> str:
    arm = next(iter(done.trial.arms))
    return "change" if len(done.effects(arm, "change")) else "satisfaction_sd"


def _asked_effect(planned: Planned) -> float:
    effects = planned.trial.power.effects
    return -0.2 if -0.2 in effects else effects[0]


def _unit_words(kind: str, n: int, lang: Lang) -> str:
    words = text(lang, f"trial.{kind}")
    return f"{n} 个{words}" if lang == "zh" else f"{n} {words}"


def _number(n: int) -> str:
    words = ("no times", "one time", "two times", "three times", "four times", "five times", "six times",
             "seven times", "eight times", "nine times", "ten times")  # fmt: skip
    return words[n]


def _design_words(planned: Planned, lang: Lang) -> str:
    trial = planned.trial
    units = _unit_words(trial.units.kind, planned.n_units, lang)
    lot, levers = text(lang, f"trial.by_{trial.lot}"), text(lang, f"trial.levers_{trial.levers.split()[0]}")
    return pick(
        lang,
        f"{trial.scenario}: {units} of {planned.n_segments} segments; {trial.from_day} days before the lot, "
        f"{trial.days} with "
        f"the treatment; {lot}; counted: {_counted(planned.trial, lang)}. {levers}",
        f"{trial.scenario}：{units}（全部路段 {planned.n_segments}）；抽签前 {trial.from_day} 天，"
        f"干预 {trial.days} 天；{lot}；统计：{_counted(planned.trial, lang)}。{levers}",
    )


def _counted(trial: object, lang: Lang) -> str:
    looked = trial.outcome  # type: ignore[attr-defined]
    return f"{text(lang, f'trial.{looked.counts}')} ({', '.join(looked.types)})"


def _arms_table(planned: Planned, lang: Lang) -> Table:
    trial = planned.trial
    rows = [["control", "—", f"{100.0 * (1.0 - sum(trial.shares)):.0f} %"]]
    rows += [
        [label, arm.strategy, f"{100.0 * share:.0f} %"]
        for (label, arm), share in zip(trial.arms.items(), trial.shares, strict=True)
    ]
    heads = pick(lang, "arm|strategy|share of units", "组|策略|单元份额").split("|")
    return Table(pick(lang, "Arms", "分组"), heads, rows)


def _power_table(planned: Planned, lang: Lang) -> Table:
    heads = pick(
        lang,
        "units|days|true effect|found|interval to a factor|overstated",
        "单元|天数|真实效应|发现比例|区间倍数|夸大倍数",
    ).split("|")
    rows = [
        [
            str(one.n_units), str(one.days), f"{100.0 * one.effect:+.0f} %", f"{100.0 * one.found:.0f} %",
            f"× {np.exp(one.half_width):.2f}",
            "—" if np.isnan(one.exaggerated) else f"{one.exaggerated:.1f}×",
        ]
        for one in planned.powers
    ]  # fmt: skip
    return Table(pick(lang, "How often a trial finds the effect", "试验发现效应的比例"), heads, rows)


def _flow_words(done: Conducted, lang: Lang) -> str:
    flow = next(iter(done.told.values()))["flow"]
    arms = ", ".join(f"{label} {n}" for label, n in flow["arms"].items())
    residents = ", ".join(f"{label} {n}" for label, n in flow["residents"].items())
    units = _unit_words(done.trial.units.kind, flow["enrolled"], lang)
    return pick(
        lang,
        f"Flow (first city): {units} enrolled, {flow['left_out']} left over by the lot; {arms}. Adults followed "
        f"from before "
        f"the lot to the end: {residents}. Segments in the surroundings of one arm only: {flow['segments_around']}.",
        f"流程（首个城市）：纳入{units}，抽签剩余 {flow['left_out']}；{arms}。"
        f"自抽签前随访至结束的成年居民：{residents}。仅属一组周边的路段：{flow['segments_around']}。",
    )


def _balance_table(done: Conducted, lang: Lang) -> Table:
    rows = []
    for label in done.trial.labels:
        before, after = (
            np.mean([one["baseline"][label][when] for one in done.told.values()]) for when in ("before", "after")
        )
        rows.append([label, format_number(float(before), 2), format_number(float(after), 2)])
    imbalance = np.mean(np.abs([one["imbalance_sd"] for one in done.told.values()]))
    title = pick(
        lang,
        f"Incidents per unit, mean over cities (arms differed before by {imbalance:.2f} SD on average)",
        f"每单元案件数，各城市均值（抽签前两组平均相差 {imbalance:.2f} 个标准差）",
    )
    return Table(title, pick(lang, "arm|before|after", "组|之前|之后").split("|"), rows)


def _effects_table(done: Conducted, arm: str, strategy: str, lang: Lang) -> Table:
    first = next(iter(done.told))
    rows = []
    for name in outcomes_of(done, arm):
        single = done.told[first]["effects"][arm].get(name)
        truth, (hits, n) = done.truth(arm, name), done.found(arm, name)
        one = (
            "—"
            if single is None or not np.isfinite(single[0])
            else _with_interval(name, single[0], single[1], single[2])
        )
        p = done.told[first]["effects"][arm].get("p")
        rows.append(
            [
                text(lang, f"trial.{name}"), one,
                f"{p:.3f}" if name == "change" and p is not None and np.isfinite(p) else "",
                _with_interval(name, truth.value, truth.low, truth.high), f"{hits} / {n}",
            ]
        )  # fmt: skip
    heads = pick(
        lang, "outcome|one trial (first city)|p of the lot|all cities|single trials that found it",
        "结果|单次试验（首个城市）|抽签检验 p|全部城市|发现该效应的单次试验",
    ).split("|")  # fmt: skip
    return Table(f"{arm}: {strategy}", heads, rows)


def _found_words(done: Conducted, arm: str, lang: Lang) -> str:
    name = _main(done)
    hits, n = done.found(arm, name)
    truth = done.truth(arm, name)
    log_words = f" (log rate ratio {truth.value:+.3f})" if name in ON_LOG and np.isfinite(truth.value) else ""
    return pick(
        lang,
        f"The mean over {n} cities is {_shown(name, truth.value)}{log_words}. A single trial would have found it "
        f"in {hits} of {n}.",
        f"{n} 个城市的均值为 {_shown(name, truth.value)}。{n} 次单独试验中有 {hits} 次发现该效应。",
    )


def _notes(done: Conducted, lang: Lang) -> str:
    return pick(
        lang,
        "The change is that of the treated units against the controls, after against before; its interval comes "
        "from how units "
        "(in pairs: how pairs) differ. p: how often another lot would have shown as large a change. Surroundings "
        "are compared in the "
        "same way, without streets near both arms: below zero the benefit spreads, above zero crime moved. "
        "Feelings: change of "
        "adults who live there, in standard deviations of the controls before. "
        + text(lang, f"trial.levers_{done.trial.levers.split()[0]}"),
        "变化指干预单元相对对照单元的前后之比；区间由单元（配对时为各对）之间的差异得出。p：在无效应时，另一次抽签出现同样大变化的频率。"
        "周边按同样方法比较，同时邻近两组的街段不计：低于零为效益扩散，高于零为犯罪转移。感受：当地成年居民的变化，以对照组抽签前的标准差计。"
        + text(lang, f"trial.levers_{done.trial.levers.split()[0]}"),
    )


def _with_interval(name: str, value: float, low: float, high: float) -> str:
    return f"{_shown(name, value)} ({_shown(name, low)} … {_shown(name, high)})"


def _shown(name: str, value: float) -> str:
    if not np.isfinite(value):
        return "—"
    if name not in ON_LOG:
        return f"{value:+.3f} SD"
    change = 100.0 * np.expm1(value)
    return f"> +{MOST_PCT:.0f} %" if change > MOST_PCT else f"{change:+.1f} %"
