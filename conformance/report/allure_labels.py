"""Label cases for Allure with groups, severity, a title and an id; without Allure this does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ..catalog.model import Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.model import Case

_SEVERITY = {Strength.MUST: "critical", Strength.SHOULD: "normal", Strength.MAY: "minor"}


def labels(case: Case) -> Iterator[tuple[str, str]]:
    """Yield kind and value of each label: epic is the method, feature the concern, story the rule."""
    yield "epic", case.method
    yield "feature", str(case.rule.concern).replace("_", " ")
    yield "story", case.rule.id
    yield "severity", _SEVERITY[case.strength]
    yield "AS_ID", case.id


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
