"""The kill grid as a self-contained HTML page without JavaScript."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.report.templating import environment, own_text, policy

if TYPE_CHECKING:
    from jinja2 import Environment

    from conformance.lab.prove.grid import Grid, GridDeviation, GridMethod, GridRule

_TEMPLATES = Path(__file__).parent / "templates"

WORDS = {
    "not-refused": "succeeded, though it is to be refused",
    "refused": "was refused, though it is to succeed",
    "wrong-code": "came with another documented code",
    "undocumented-code": "came with a code that no page has",
    "no-answer": "got no answer",
    "unreadable": "got an answer that cannot be read",
    "warning-missing": "lacked its warning",
    "warning-unexpected": "got a warning that is not due",
    "warning-in-one-place": "had its warning in one of the two places only",
    "warning-shape": "had a warning of the wrong shape",
    "retry-after-missing": "did not say when to try again",
    "retry-after-unreadable": "said when to try again, but not readably",
    "shape": "came in another shape than documented",
    "status": "came with another HTTP status",
    "media-type": "came with another media type",
    "declared-reading": "was answered otherwise than the profile declares",
    "presented": "did what it must not do, or did not do what it said",
}
"""The meaning of each kind of finding, as a phrase about the request of a case."""


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
    templates.globals |= {"style": style, "policy": policy(style), "words": WORDS}
    return templates


def _short(name: str, rule: str) -> str:
    """Return the name of a case or deviation without the prefix of its rule."""
    return name.removeprefix(rule).lstrip(".-") if name.startswith(rule) else name
