"""The diagrams and tables of the pages are those of the domain's tables."""

import pytest

from chalicelib.domain.payments import EDGES, FACES
from infra.diagrams import DRAWINGS, MARKS, PAGES, drawn


def test_the_pages_show_the_tables_as_they_are():
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    assert [drawn(page) for page in pages] == pages, "run `make diagrams`"
    assert {marks["name"] for page in pages for marks in MARKS.finditer(page)} == DRAWINGS.keys()


def test_every_edge_and_every_state_is_drawn():
    diagram, states = "\n".join(DRAWINGS["payments"]()), "\n".join(DRAWINGS["states"]())
    assert all(f"{edge.source} --> {edge.target}" in diagram for edge in EDGES)
    assert all(f"| {state} |" in states for state in FACES)


def test_an_unknown_drawing_is_refused():
    with pytest.raises(KeyError):
        drawn("<!-- drawn: nothing -->\n<!-- end -->\n")
