"""The kill grid as a self-contained HTML page without JavaScript."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...report.templating import environment, own_text, policy
from ...results.words import FINDINGS

if TYPE_CHECKING:
    from jinja2 import Environment

    from .grid import Grid, GridDeviation, GridMethod, GridRule

_TEMPLATES = Path(__file__).parent / "templates"


def render(grid: Grid) -> str:
    """Return the page; deterministic for the same grid."""
    template = _templates().get_template("kill-grid.html.j2")
    return template.render(grid=grid, methods=[_sorted(method) for method in grid["methods"]])


def _sorted(method: GridMethod) -> dict[str, object]:
    """Return the method with unproved rules first and untestable ones separate."""
    testable = [rule for rule in method["rules"] if rule["untestable"] is None and rule["deviations"]]
    return {
        **method,
        "rules": sorted(testable, key=lambda rule: not _survives(rule)),
        "untestable": [rule for rule in method["rules"] if rule["untestable"] is not None],
    }


def _survives(rule: GridRule) -> bool:
    return any(_is_bad(deviation) for deviation in rule["deviations"])


def _is_bad(deviation: GridDeviation) -> bool:
    return deviation["standing"] != "killed" or bool(deviation["undeclared"])


@cache
def _templates() -> Environment:
    style = own_text(_TEMPLATES / "kill-grid.css")
    templates = environment(_TEMPLATES)
    templates.tests["bad"] = _is_bad
    templates.tests["surviving"] = _survives
    templates.filters["short"] = _short
    templates.globals |= {"style": style, "policy": policy(style), "words": FINDINGS}
    return templates


def _short(name: str, rule: str) -> str:
    """Return the name of a case or deviation without the prefix of its rule."""
    return name.removeprefix(rule).lstrip(".-") if name.startswith(rule) else name
