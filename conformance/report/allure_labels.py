"""Label cases for Allure with groups, severity and a title; without Allure this does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ..catalog.model import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.model import Case

_SEVERITY = {Strength.MUST: "critical", Strength.SHOULD: "normal", Strength.MAY: "minor"}


def labels(case: Case) -> Iterator[tuple[str, str]]:
    """Yield kind and value of each label: by suite and by behaviour, method comes first, then concern, then rule."""
    levels = case.method, str(case.rule.concern).replace("_", " "), case.rule.id
    yield from zip(("parentSuite", "suite", "subSuite"), levels, strict=True)
    yield from zip(("epic", "feature", "story"), levels, strict=True)
    yield "severity", _SEVERITY[case.strength]


def label(item: pytest.Item, case: Case) -> None:
    """Mark the item for Allure, at collection, where its plugin is loaded."""
    if not item.config.pluginmanager.has_plugin("allure_pytest"):
        return
    for kind, value in labels(case):
        item.add_marker(pytest.mark.allure_label(value, label_type=kind))
    item.add_marker(pytest.mark.allure_description(f"{case.rule.summary} ({case.strength}; {case.rule.place})"))
    function = getattr(item, "function", None)
    if function is not None:
        # All cases of a module share the function: the title is a template, filled in with the case's id.
        getattr(function, "__func__", function).__allure_display_name__ = "{param_id}"
