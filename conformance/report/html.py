"""Render the HTML report: one file that needs neither network nor JavaScript."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ..results.words import API, place_in_words
from ..summary.plain import in_plain_words
from . import standing
from .page import gathered, overall
from .templating import environment, own_text, policy
from .visible import plain, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment

    from ..results.io import Results
    from .annotate import Annotated
    from .diff import Diff
    from .history import PastRun

_NAME = re.compile("`([^`]+)`")
_TEMPLATES = Path(__file__).parent / "templates"


def render_html(results: Results, changes: Diff | None = None, past: tuple[PastRun, ...] = ()) -> str:
    """Return the page; the same results give the same bytes."""
    return "".join(_pieces(results, changes, past))


def write_html(results: Results, path: Path, changes: Diff | None = None, past: tuple[PastRun, ...] = ()) -> None:
    """Write the page to the file piece by piece, so that a long page is never held in memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_pieces(results, changes, past))


def render_diff_html(changes: Diff) -> str:
    """Return the comparison of two runs as a page of its own."""
    return templates_with().get_template("diff.html.j2").render(changes=changes)


def render_annotated(pages: Sequence[Annotated], results: Results, report: str, remarks: Sequence[str] = ()) -> str:
    """Return the user's pages as one page; `report` is the relative URL of the report."""
    style = Markup("").join(own_text(_TEMPLATES / name) for name in ("report.css", "annotate.css"))
    return (
        templates_with()
        .get_template("annotate.html.j2")
        .render(
            pages=pages,
            results=results,
            headline=in_plain_words(results),
            report=report,
            remarks=remarks,
            overall=overall(results),
            shown=[word for word in standing.RuleVerdict if any(word in page.counts for page in pages)],
            style=style,
            policy=policy(style),
        )
    )


def _pieces(results: Results, changes: Diff | None, past: tuple[PastRun, ...]) -> Iterator[str]:
    templates, header = templates_with(), results.header
    running = f"{header.target.name[:80]}, {header.started[:10]}"
    style = Markup("{}{}").format(templates.globals["style"], _on_every_sheet(running))
    own = policy(style, str(templates.globals["script"]))
    return templates.get_template("report.html.j2").generate(
        page=gathered(results, changes, past), style=style, policy=own
    )


def _on_every_sheet(text: str) -> Markup:
    """Return the style that prints the text at the head of each sheet; what is not a plain letter is escaped."""
    escaped = "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):06x}" for one in plain(text))
    return Markup('@page{{@top-left{{content:"{} \\2022  {}"}}}}\n').format(API, Markup(escaped))  # noqa: S704 - letters and numbers


@cache
def templates_with(*folders: Path) -> Environment:
    """Return the environment of the report's templates, and of those in these folders."""
    style, script = own_text(_TEMPLATES / "report.css"), own_text(_TEMPLATES / "report.js")
    templates = environment(*folders, _TEMPLATES)
    templates.filters["cut"] = shortened
    templates.filters["spans"] = _spans
    templates.filters["anchor"] = standing.anchor
    templates.filters["place"] = place_in_words
    templates.filters["lines"] = _visible_lines
    templates.globals |= {
        "style": style,
        "script": script,
        "policy": policy(style, script),
        "signs": standing.SIGNS,
        "words": standing.WORDS,
        "of_verdict": standing.of_verdict,
    }
    return templates


def _spans(text: str, limit: int) -> Markup:
    """Return the text, cut, with names in backticks as code."""
    shown = _NAME.sub(r"<code>\1</code>", str(escape(shortened(text, limit))))
    return Markup(shown)  # noqa: S704 - escaped before the elements were added


def _visible_lines(text: str) -> Markup:
    """Return the text with line ends kept and other invisible characters made visible."""
    return Markup("\n").join(plain(line) for line in text.split("\n"))
