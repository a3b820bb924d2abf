"""Beats drawn anew in words: what is better beyond chance, and what cannot be told from today's."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from sim.batch.deployment.beats import REDRAWN, Redrawn
from sim.batch.deployment.goals import GOALS
from sim.batch.study.identity import model_version
from sim.disk import write_whole
from sim.inputs.toml_text import write_toml
from sim.ledger.provenance import LABEL, made_with
from sim.policies.contract.registry import policy_identity
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.deployment.text import RESPONSE, Table, effect_words, goal_label, goal_unit, markdown
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import format_interval, format_number
from sim.report.texts import Lang, text


def shown_measures(found: Redrawn) -> list[str]:
    """Name the measures that a table has: the goals, and the response times besides."""
    return [*found.goals, *(name for name in RESPONSE if name not in found.goals)]


def beats_sentence(found: Redrawn, lang: Lang) -> str:
    """Say what the new beats change beyond chance, and what of it cannot be told."""
    rows = found.judged[found.judged["point"] == REDRAWN].set_index("measure")
    told = [name for name in shown_measures(found) if rows.loc[name, "verdict"] in {"better", "worse"}]
    if not told:
        return text(lang, "beats.cannot")
    effects = text(lang, "deploy.semicolon").join(effect_words(rows.loc[name], name, lang) for name in told)
    silent = [goal_label(name, lang) for name in found.goals if name not in told]
    rest = text(lang, "deploy.not_told").format(goals=text(lang, "deploy.semicolon").join(silent)) if silent else ""
    return text(lang, "deploy.told").format(effects=effects) + rest


def beats_head(found: Redrawn, lang: Lang) -> str:
    """Say what was drawn, by what, and how it was judged."""
    asked = found.question
    return text(lang, "beats.head").format(
        scenario=scenario_name(asked.scenario.name, lang), strategy=strategy_name(asked.strategy, lang),
        people=scenario_residents(asked.scenario, lang), n=asked.scenario.force.n_districts,
        moved=f"{100 * found.moved:.0f}", learn=len(found.learn), seeds=len(found.fresh),
        days=asked.scenario.n_days - found.from_day,
    )  # fmt: skip


def drawing_table(found: Redrawn, lang: Lang) -> Table:
    """Set the two divisions side by side, as drawn."""
    rows = []
    for name, digits, factor in (
        ("workload_max", 2, 1.0), ("workload_min", 2, 1.0), ("centre_m", 0, 1.0), ("crossings_inside", 0, 100.0),
        ("n_pieces", 0, 1.0),
    ):  # fmt: skip
        values = [format_number(factor * float(getattr(one, name)), digits) for one in (found.before, found.after)]
        rows.append([text(lang, f"beats.{name}"), *values])
    return text(lang, "beats.drawing"), text(lang, "beats.drawing_columns").split("|"), rows


def judged_table(found: Redrawn, lang: Lang) -> Table:
    """List what fresh runs say of the new beats against today's."""
    own, rows = found.judged[found.judged["point"] == REDRAWN].set_index("measure"), []
    for name in shown_measures(found):
        row, digits = own.loc[name], GOALS[name].decimals
        rows.append([
            f"{goal_label(name, lang)}, {goal_unit(name, lang)}",
            *(format_number(float(row[column]), digits) for column in ("today", "value")),
            format_number(float(row["difference"]), digits, sign=True),
            format_interval(float(row["low"]), float(row["high"]), digits, sign=True),
            text(lang, f"deploy.{row['verdict']}_word"),
        ])  # fmt: skip
    return text(lang, "beats.judged"), text(lang, "beats.judged_columns").split("|"), rows


def describe_beats(found: Redrawn, *, lang: Lang = "en") -> str:
    """Tell beats drawn anew as Markdown."""
    parts = [f"# {text(lang, 'beats.title')}", synthetic_label(lang), beats_head(found, lang)]
    if found.question.scenario.stand_in:
        parts.append(stand_in_line(found.question.scenario, lang))
    parts += [f"**{beats_sentence(found, lang)}**", markdown(judged_table(found, lang))]
    parts += [markdown(drawing_table(found, lang)), text(lang, "beats.note"), text(lang, "beats.feed")]
    return "\n\n".join(parts) + "\n"


def write_redrawn(found: Redrawn, out: Path) -> list[Path]:
    """Write text, tables, polygons, the scenario and provenance; `beats.csv` is there already."""
    from sim.report.beats.polygons import write_polygons  # noqa: PLC0415 - heavy

    origin = {
        "label": LABEL,
        "scenario": found.question.scenario.model_dump(mode="json"),
        "strategy": found.question.strategy,
        "policy": policy_identity(found.question.policy),
        "seeds": {"learn": list(found.learn), "fresh": list(found.fresh)},
        "from_day": found.from_day,
        "today": asdict(found.before),
        "redrawn": asdict(found.after),
        "model": model_version(),
        "made_with": made_with(),
    }
    contents = {
        "beats.md": describe_beats(found, lang="en"),
        "beats.zh.md": describe_beats(found, lang="zh"),
        "beats_compared.csv": found.judged.to_csv(index=False),
        "stages.csv": found.runs.to_csv(index=False),
        "beats.toml": write_toml(found.scenario.model_dump(exclude_none=True)),
        "provenance.json": json.dumps(origin, indent=2, ensure_ascii=False) + "\n",
    }
    for name, words in contents.items():
        write_whole(out / name, lambda file, words=words: file.write(words.encode()))  # type: ignore[misc]
    files = [out / name for name in contents]
    return [*files, write_polygons(found.city.streets, found.district, out / "beats.geojson")]
