"""The grid of `fixtures/grid.toml` is complete: no cell without a case or a reason, no case without a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.datafile import read_toml
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root

if TYPE_CHECKING:
    from collections.abc import Mapping

CATALOG = load_catalog()
GRID: Mapping[str, Any] = read_toml(data_root() / "fixtures" / "grid.toml", "grid.schema.json")
GRIDS = {grid["rule"]: grid for grid in GRID["grid"]}


def cases_of(rule: str) -> dict[str, set[str]]:
    """Return the ids of the rule's cases, without method and rule, by the method that has the rule."""
    found: dict[str, set[str]] = {}
    for method in CATALOG.methods.values():
        cases = {case.id.rpartition(".")[2] for case in method.cases if case.rule.name == rule}
        if cases:
            found[method.name] = cases
    return found


def words_of(rule: str) -> set[str]:
    """Return every word in the cells of the rule's grid."""
    return {word for cells in GRIDS[rule]["rows"].values() for cell in cells for word in cell.split()}


@pytest.mark.parametrize("rule", GRIDS)
def test_each_row_has_a_cell_for_each_column(rule: str) -> None:
    columns = len(GRIDS[rule]["columns"])
    assert {row: len(cells) for row, cells in GRIDS[rule]["rows"].items()} == dict.fromkeys(
        GRIDS[rule]["rows"], columns
    )


@pytest.mark.parametrize("rule", GRIDS)
def test_each_cell_is_a_case_of_each_method_or_has_a_reason(rule: str) -> None:
    by_method = cases_of(rule)
    assert by_method
    for cells in GRIDS[rule]["rows"].values():
        for cell in cells:
            for method, cases in by_method.items():
                assert set(cell.split()) & (cases | GRID["reasons"].keys()), f"{method}: {cell}"


@pytest.mark.parametrize("rule", GRIDS)
def test_a_cell_names_nothing_that_does_not_exist(rule: str) -> None:
    known = set().union(*cases_of(rule).values())
    assert words_of(rule) <= known | GRID["reasons"].keys()
    assert not known & GRID["reasons"].keys()


@pytest.mark.parametrize("rule", GRIDS)
def test_each_case_of_the_rule_stands_in_a_cell(rule: str) -> None:
    assert set().union(*cases_of(rule).values()) <= words_of(rule)


def test_each_reason_is_given_somewhere() -> None:
    assert GRID["reasons"].keys() <= set().union(*map(words_of, GRIDS))
