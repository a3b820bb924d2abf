"""Write into docs/sources.md the parameters of which something is published, with their defaults.

python scripts/list_sources.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.params import About, Several, describe, plain
from sim.policies.contract.registry import policy_class, policy_names
from sim.report.parameters import published_words
from sim.scenarios.scenario import groups
from sim.scenarios.sources import OUTSIDE, support_of

PLAIN_UNITS = ("fraction", "factor", "count")
PAGE = Path(__file__).parents[1] / "docs/sources.md"
BEGIN, END = "<!-- parameters -->\n", "<!-- end parameters -->\n"


def parameters() -> Iterator[tuple[str, About]]:
    """List every parameter of which something is published, by its name in a file or in a policy."""
    kinds = groups() | {name: policy_class(name) for name in policy_names()}
    for group, kind in kinds.items():
        for about in describe(kind):
            if about.published or about.note:
                yield f"{group}.{about.name}", about


def table() -> str:
    """Write the table, those that lie outside first."""
    rows = sorted(parameters(), key=lambda named: (support_of(named[1]) != OUTSIDE, named[0]))
    lines = ["| parameter | default | published | source | how far | to compare |", "|---|---|---|---|---|---|"]
    for name, about in rows:
        default = about.default
        if isinstance(default, Several):
            default = ", ".join(f"{part} {plain(number)}" for part, number in default.model_dump().items())
        elif isinstance(default, bool):
            default = "on" if default else "off"
        else:
            default = plain(default) + ("" if about.unit in PLAIN_UNITS else f" {about.unit}")
        published = published_words(about, "en").partition(";")[0] or "–"
        how_far = support_of(about)
        if about.outside:
            how_far = f"**{how_far}**" + "".join(f" ({part})" for part in about.outside if part)
        note = about.note.replace("[", "`").replace("]", "`")
        lines.append(f"| `{name}` | {default} | {published} | `{about.source}` | {how_far} | {note} |")
    return "\n".join(lines) + "\n"


def page(text: str) -> str:
    """Put the table into the page."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
