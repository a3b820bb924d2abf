"""Execute the notebooks and keep their pictures: `python scripts/execute_notebooks.py` after a change of their sources.

The sources are `notebooks/*.py` in the percent form of jupytext; the `.ipynb` beside each is made of it here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
LONGEST_S = 300
"""of one cell, compilation included"""


def execute(source: Path) -> NotebookNode:
    """Run the cells of a source in a kernel of their own and return the notebook with its outputs."""
    notebook = jupytext.read(source)
    client = NotebookClient(
        notebook, timeout=LONGEST_S, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    )
    client.execute()
    return tidy(notebook)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Drop what differs from one machine or day to the next: times, ids, versions of the kernel."""
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {}
        if cell.cell_type == "code":
            # What goes to stderr are complaints of other libraries, with paths of this machine.
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def main() -> int:
    """Execute all notebooks, or those that are named."""
    chosen = [Path(name) for name in sys.argv[1:]] or SOURCES
    for source in chosen:
        nbformat.write(execute(source.resolve()), source.with_suffix(".ipynb"))
        print(f"wrote {source.with_suffix('.ipynb').name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
