"""The report that people read: one HTML file that needs neither network nor JavaScript."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.report import standing
from conformance.report.diff import diff
from conformance.report.page import gathered, overall
from conformance.report.visible import plain, shortened
from conformance.report.where import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.report.annotate import Annotated
    from conformance.report.diff import Diff
    from conformance.report.results import Results

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(results: Results, previous: Results | None = None) -> str:
    """Return the page; the same results give the same bytes."""
    return "".join(_pieces(results, previous))


def write_html(results: Results, path: Path, previous: Results | None = None) -> None:
    """Write the page to the file, piece by piece, so that a long one is never held as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_pieces(results, previous))


def render_diff_html(changes: Diff) -> str:
    """Return the comparison of two runs as a page of its own."""
    return _environment().get_template("diff.html.j2").render(changes=changes)


def render_annotated(pages: Sequence[Annotated], results: Results, report: str, remarks: Sequence[str] = ()) -> str:
    """Return the user's pages as one page; `report` is the way from there to the report."""
    style = Markup("").join(_template_text(name) for name in ("report.css", "annotate.css"))
    return (
        _environment()
        .get_template("annotate.html.j2")
        .render(
            pages=pages,
            results=results,
            report=report,
            remarks=remarks,
            overall=overall(results),
            shown=[word for word in standing.Standing if any(word in page.counts for page in pages)],
            style=style,
            policy=_policy(style, ""),
        )
    )


def _pieces(results: Results, previous: Results | None) -> Iterator[str]:
    page = gathered(results, diff(previous, results) if previous is not None else None)
    return _environment().get_template("report.html.j2").generate(page=page)


@cache
def _environment() -> Environment:
    style, script = _template_text("report.css"), _template_text("report.js")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cut"] = shortened
    environment.filters["anchor"] = standing.anchor
    environment.filters["place"] = in_words
    environment.filters["lines"] = _visible_lines
    environment.globals |= {
        "style": style,
        "script": script,
        "policy": _policy(style, script),
        "signs": standing.SIGNS,
        "words": standing.WORDS,
        "of_verdict": standing.of_verdict,
    }
    return environment


def _template_text(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text("utf-8"))  # noqa: S704 - our own file, put out as it is


def _visible_lines(text: str) -> Markup:
    """Return the text with its line ends kept, everything else made visible."""
    return Markup("\n").join(plain(line) for line in text.split("\n"))


def _finalized(value: object) -> object:
    """Make what no eye could see visible in every text that the templates put out; escaping follows."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy that lets nothing run or load but our own style and script."""
    own = {name: f"'sha256-{_digest(text)}'" for name, text in (("style-src", style), ("script-src", script))}
    allowed = "; ".join(f"{name} {value}" for name, value in own.items())
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
