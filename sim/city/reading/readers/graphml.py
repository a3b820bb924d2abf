"""GraphML as it comes: every value is read as text, whatever type the file promises."""

from __future__ import annotations

import gzip
import os
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ElementTree, ParseError, fromstring, tostring

from sim.errors import InputError

if TYPE_CHECKING:
    from networkx import Graph

TYPE = "attr.type"

FAULTS = (ParseError, OSError, EOFError, zlib.error, ValueError, LookupError, TypeError)
"""What the parsers of XML, of compression and of networkx raise for a file that is damaged."""


def read_graphml(path: str | os.PathLike[str]) -> Graph[Any]:
    """Read a graph whose values are text.

    Files promise types that they do not keep: `yes` for a boolean, `107.7` for a whole number. networkx
    fails on them, so all are read as text, and whoever uses a value says what is wrong with it.

    Raises
    ------
    InputError
        If the file is no GraphML.
    """
    import networkx  # noqa: PLC0415 - workers start without it

    try:
        tree = _parsed(Path(path))
        for element in tree.iter():
            if element.get(TYPE) is not None:
                element.set(TYPE, "string")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ports and such, which streets do not have
            graph: Graph[Any] = networkx.parse_graphml(tostring(tree.getroot(), encoding="unicode"))
            edges = [element for element in tree.iter() if element.tag.rpartition("}")[2] == "edge"]
            if graph.number_of_edges() < len(
                edges
            ):  # of two edges between the same ends with one name it keeps the last
                for number, edge in enumerate(edges):
                    edge.set("id", str(number))
                graph = networkx.parse_graphml(tostring(tree.getroot(), encoding="unicode"), force_multigraph=True)
            if graph.number_of_edges() < len(edges):
                raise ValueError(
                    f"{len(edges) - graph.number_of_edges()} of {len(edges)} edges stand inside other elements"
                )
    except (*FAULTS, networkx.NetworkXError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"street graph {str(path)!r}: must be GraphML that networkx can read, got: {said}") from error
    return graph


def _parsed(path: Path) -> ElementTree[Any]:
    content = path.read_bytes()
    if path.name.lower().endswith(".gz"):
        content = gzip.decompress(content)
    return ElementTree(fromstring(content))
