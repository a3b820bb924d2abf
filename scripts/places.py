"""Make the pictures and tables of the pages of six places (docs/places), and the picture of all strategies for a wall.

    python scripts/places.py days                    # a day of an officer and of a resident in each place; some minutes
    python scripts/places.py days --only exeter
    python scripts/places.py tables store/places store/places-zhengzhou
    python scripts/places.py wall store/places-all

Pages are written between their marks, in English and Chinese; what stands outside of the marks is written by hand.
`--out` writes to another folder than docs/places, to try a study at a small size.
"""

from __future__ import annotations

import argparse
import io
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from marked_pages import filled, table_of
from matplotlib.figure import Figure
from PIL import Image

from sim.batch.running.runs import read_run
from sim.batch.store.read import StudyRuns, read_study_runs
from sim.batch.store.reuse import LEDGERS
from sim.batch.study.identity import model_version
from sim.ledger.manifest import MANIFEST
from sim.outcomes.burden import tabulate_burden
from sim.outcomes.measures import MEASURES
from sim.policies.contract.registry import make_policy
from sim.report.day.choose import choose_officer, choose_resident
from sim.report.day.diary import Diary, officer_diary, resident_diary
from sim.report.day.picture import draw_day
from sim.report.day.text import about_line, clock, entries_of, felt_line, nothing_line, spent_line, title_of, write_day
from sim.report.day.watch import WatchedDay, watch_day
from sim.report.names import strategy_name
from sim.report.numbers import format_number, format_ratio
from sim.report.page import pick
from sim.report.study.wall import STOPPED, draw_wall, tabulate_wall
from sim.report.texts import LANGUAGES, Lang, text
from sim.scenarios.scenario import Scenario, load_scenario
from sim.statistics.estimates import mean_estimate

PAGES = Path(__file__).parents[1] / "docs/places"
DPI, PALETTE = 110, 160
"""A page shows a picture at half the size at which it is drawn, in few colours."""


class Setting(NamedTuple):
    """Name a day to show: the smallest piece at the true density of the place in which there is something to see."""

    scenario: str
    part: str
    day: int
    officer: str
    resident: str
    changes: tuple[tuple[str, str | int | float], ...] = ()

    def build(self) -> Scenario:
        """Make the scenario."""
        scenario = load_scenario(self.scenario)
        scenario = scenario.with_part(self.part) if self.part else scenario
        return scenario.replace(dict(self.changes)) if self.changes else scenario

    def command(self) -> str:
        """Write the command that shows the same day."""
        part = f" --part {self.part}" if self.part else ""
        changes = "".join(f" --set {name}={value}" for name, value in self.changes)
        who = f"--officer {self.officer} --resident {self.resident}"
        return f"cpsim day {self.scenario}{part}{changes} --day {self.day} {who}"


FROM_JULY = (
    ("start", "2014-07-01"), ("n_days", 549), ("migrants.share_at_start", 0.8), ("migrants.fill_years", 4.5),
)  # fmt: skip
DAYS = {
    "exeter": Setting("exeter", "0.1", 422, "community", "adult"),
    "new_york": Setting("new_york_precinct", "0.25", 28, "foot", "caller"),
    "fengqiao": Setting("fengqiao_town", "0.25", 30, "met", "mediated"),
    "dense_posts": Setting("dense_posts", "", 28, "met", "checked"),
    "huangpu": Setting("huangpu", "", 28, "met", "visited"),
    "zhengzhou": Setting("zhengzhou", "0.25", 120, "met", "visited", FROM_JULY),
}
"""By the name of the page."""
SCENARIO_OF = {name: setting.scenario for name, setting in DAYS.items()}
ROWS = (
    "offences_per_1000", "feel_safe_pct", "satisfied_end_pct", "trusting_end_pct", "met_police_pct", STOPPED,
    "visits_per_1000", "minutes", "cost_per_1000",
)  # fmt: skip
"""The measures of a page, in their order; `minutes` is who pays, counted in the ledgers."""


def show_days(names: list[str], out: Path) -> None:
    """Watch the day of each place once, draw it in both languages, and write it into the pages."""
    for name in names:
        setting = DAYS[name]
        scenario = setting.build()
        watched = watch_day(scenario, make_policy(scenario.policy), 1, setting.day)
        resident = choose_resident(watched, setting.resident)
        officer = choose_officer(watched, setting.officer, resident)
        diaries = [officer_diary(watched, officer), resident_diary(watched, resident)]
        data = out / "data" / name
        write_day(watched, diaries, data, "en")
        (data / "day.json").unlink()  # all of a scenario; the command and the model stand on the page
        for lang in LANGUAGES:
            for diary in diaries:
                save_small(draw_day(watched, diary, lang=lang), out / "img" / f"{name}_{diary.who}{suffix(lang)}.png")
            put(out, name, lang, {"day": tell_days(watched, diaries, setting, lang)})
        print(f"{name}: officer {diaries[0].row}, resident {diaries[1].row}, {setting.command()}")


def tell_days(watched: WatchedDay, diaries: list[Diary], setting: Setting, lang: Lang) -> str:
    """Tell both days in words, for those who do not see the picture, with the command that makes it again."""
    parts = []
    for diary in diaries:
        entries = [f"- {clock(entry.t)} {entry.words}" for entry in entries_of(diary, lang)]
        stop = pick(lang, ".", "。")
        head = f"**{title_of(watched, diary, lang)}{stop}** {about_line(watched, diary, lang)}{stop}"
        lines = [head, spent_line(diary, lang)]
        lines += [line for line in (felt_line(diary, lang),) if line]
        parts += ["  \n".join(lines), "\n".join(entries) or nothing_line(diary, lang)]
    made = pick(lang, "Made by `{command}` with model {model}.", "由 `{command}` 生成，模型 {model}。")
    parts.append(made.format(command=setting.command(), model=model_version()))
    return "\n\n".join(parts) + "\n"


def write_tables(stores: list[Path], out: Path) -> None:
    """Write the table of outcomes into the page of each place of which a store has runs."""
    for store in stores:
        study = read_study_runs(store)
        for name, scenario in SCENARIO_OF.items():
            if scenario not in set(study.runs["scenario"]):
                continue
            for lang in LANGUAGES:
                put(out, name, lang, {"outcomes": table_of_place(study, scenario, lang)})
            print(f"{name}: {len(study.runs[study.runs['scenario'] == scenario])} runs of {store}")


def table_of_place(study: StudyRuns, scenario: str, lang: Lang) -> str:
    """Lay out the outcomes of one place: the baseline, and the difference of each practice from it."""
    runs = study.runs[study.runs["scenario"] == scenario]
    runs = runs.assign(**{STOPPED: runs["stops_per_1000"] + runs["checks_per_1000"]})
    others = [one for one in dict.fromkeys(runs["strategy"]) if one != study.baseline]
    burden = burden_of(study, runs)
    rows = []
    for measure in ROWS:
        cells = [words_of(measure, lang)]
        if measure == "minutes":
            cells += [burden.get(one, "–") for one in (study.baseline, *others)]
        else:
            level = runs[runs["strategy"] == study.baseline][measure].mean()
            cells.append(format_number(level, decimals_of(measure)))
            cells += [difference(runs, one, study.baseline, measure, lang) for one in others]
        rows.append(cells)
    first = pick(lang, "difference in", "差异")
    heads = [first, strategy_name(study.baseline, lang), *(strategy_name(one, lang) for one in others)]
    note = pick(
        lang,
        "{n} runs, {seeds} seeds, model {model}: mean of `{base}`, then differences from it with their 95 % intervals\n"
        "over seeds. "
        "Who pays: minutes that stops, checks, visits and mediation took of a migrant, times those of a local.\n\n",
        "{n} 次运行，{seeds} 个种子，模型 {model}：“{base}”的均值，其余为与之的差异及其（种子的）95% 区间。\n"
        "由谁承担：盘查、查验、走访与调解占用流动人口的时间，为常住居民的倍数。\n\n",
    ).format(
        n=len(runs), seeds=runs["seed"].nunique(), model=study.inputs["model"], base=strategy_name(study.baseline, lang)
    )
    return note + table_of(heads, rows)


def difference(runs: pd.DataFrame, policy: str, baseline: str, measure: str, lang: Lang) -> str:
    """Write the mean difference of pairs of runs with the same seed, and its interval."""
    one, other = (runs[runs["strategy"] == name].set_index("seed")[measure] for name in (policy, baseline))
    found = mean_estimate((one - other).dropna().to_numpy(np.float64))
    decimals = decimals_of(measure)
    value, low, high = (format_number(part, decimals, sign=True) for part in (found.value, found.low, found.high))
    return value if found.low == found.high else f"{value} ({low}{text(lang, 'study.to')}{high})"


def burden_of(study: StudyRuns, runs: pd.DataFrame) -> dict[str, str]:
    """Count in the ledgers how many times the time of a local a migrant's is taken; nothing where none was kept."""
    found = {}
    for policy, some in runs.groupby("strategy", sort=False):
        folders = [study.path / LEDGERS / run for run in some["run"]]
        kept = [folder for folder in folders if (folder / MANIFEST).is_file()]
        if not kept:
            continue
        table = tabulate_burden((read_run(folder) for folder in kept), by="migrant")
        row = table[(table["group"] == "migrant") & (table["measure"] == "minutes")].iloc[0]
        found[str(policy)] = format_ratio(float(row["ratio"]))
    return found


def words_of(measure: str, lang: Lang) -> str:
    """Name a row of the table with its unit."""
    if measure == STOPPED:
        return f"{text(lang, 'wall.stopped')}, {MEASURES['stops_per_1000'].unit(lang)}"
    if measure == "minutes":
        return pick(lang, "Who pays: migrants, times locals", "由谁承担：流动人口为常住居民的倍数")
    return f"{MEASURES[measure].label(lang)}, {MEASURES[measure].unit(lang)}"


def decimals_of(measure: str) -> int:
    """Say how many decimals a row has."""
    return 1 if measure == STOPPED else MEASURES[measure].decimals


def make_wall(store: Path, out: Path) -> None:
    """Draw all strategies of a study for a wall, in both languages, and keep the numbers."""
    study = read_study_runs(store)
    table = tabulate_wall(study)
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "wall.csv", index=False, float_format="%.6g", lineterminator="\n")
    scenario, model = str(study.runs["scenario"].iloc[0]), str(study.inputs["model"])
    for lang in LANGUAGES:
        figure = draw_wall(table, scenario=scenario, baseline=study.baseline, model=model, lang=lang)
        figure.savefig(out / f"wall{suffix(lang)}.png", dpi=150, facecolor="white")


def suffix(lang: Lang) -> str:
    """Tell the files of a language apart."""
    return "" if lang == "en" else f".{lang}"


def put(out: Path, name: str, lang: Lang, tables: dict[str, str]) -> None:
    """Put tables between the marks of a page; of a page that another folder lacks, a copy is made there."""
    page = out / f"{name}{suffix(lang)}.md"
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PAGES / page.name, page)
    page.write_text(filled(page.read_text(encoding="utf-8"), tables), encoding="utf-8")


def save_small(figure: Figure, file: Path) -> None:
    """Write a picture in few colours: a page is loaded by people without much bandwidth."""
    file.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor="white")
    with Image.open(buffer) as image:
        image.convert("RGB").quantize(PALETTE, method=Image.Quantize.MEDIANCUT).save(file, optimize=True)


def main() -> None:
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("days", "tables", "wall"))
    parser.add_argument("stores", type=Path, nargs="*", metavar="STORE/STUDY")
    parser.add_argument("--only", action="append", choices=list(DAYS), help="one place of `days`; may be repeated")
    parser.add_argument("--out", type=Path, default=PAGES, metavar="FOLDER", help="default: docs/places")
    given = parser.parse_args()
    if given.what == "days":
        show_days(given.only or list(DAYS), given.out)
    elif not given.stores:
        parser.error(f"{given.what} needs the folder of a study")
    elif given.what == "tables":
        write_tables(given.stores, given.out)
    else:
        make_wall(given.stores[0], given.out)


if __name__ == "__main__":
    main()
