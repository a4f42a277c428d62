"""The kill grid as one HTML page that needs neither network nor JavaScript."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.report.templating import environment, own_text, policy

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"

WORDS = {
    "not-refused": "succeeded, though it is to be refused",
    "refused": "was refused, though it is to succeed",
    "wrong-code": "came with another documented code",
    "undocumented-code": "came with a code that no page has",
    "no-answer": "drew no answer",
    "unreadable": "drew an answer that cannot be read",
    "warning-missing": "lacked its warning",
    "warning-unexpected": "drew a warning that is not due",
    "warning-in-one-place": "had its warning in one of the two places only",
    "warning-shape": "had a warning of the wrong shape",
    "retry-after-missing": "did not say when to try again",
    "retry-after-unreadable": "said when to try again, but not readably",
    "shape": "came in another shape than documented",
    "status": "came with another HTTP status",
    "media-type": "came with another media type",
    "declared-reading": "showed another reading than its profile declares",
    "presented": "did what it must not do, or did not do what it said",
}
"""What each kind of finding means, said of the request of a case."""


def render(grid: dict[str, Any]) -> str:
    """Return the page; the same grid gives the same bytes."""
    template = _templates().get_template("kill-grid.html.j2")
    return template.render(grid=grid, methods=[_sorted(method) for method in grid["methods"]])


def _sorted(method: dict[str, Any]) -> dict[str, Any]:
    """Return the method with the rules first that are not proved, and the untestable ones apart."""
    testable = [rule for rule in method["rules"] if rule["untestable"] is None and rule["deviations"]]
    return {
        **method,
        "rules": sorted(testable, key=lambda rule: not _survives(rule)),
        "untestable": [rule for rule in method["rules"] if rule["untestable"] is not None],
    }


def _survives(rule: dict[str, Any]) -> bool:
    return any(_is_bad(deviation) for deviation in rule["deviations"])


def _is_bad(deviation: dict[str, Any]) -> bool:
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
    """Return a case or deviation without the rule that it stands under."""
    return name.removeprefix(rule).lstrip(".-") if name.startswith(rule) else name
