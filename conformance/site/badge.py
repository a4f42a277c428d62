"""The badge of an implementation: counts, edition and date, never a percentage, and the file that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ..results.terms import Verdict
from .model import Trust

if TYPE_CHECKING:
    from .model import Implementation

LABEL = "slack-conformance"

_WORDS = {Verdict.PASS: "passed", Verdict.WARN: "warned", Verdict.FAIL: "failed", Verdict.KNOWN: "known"}
_COLOURS = {"red": "#b01020", "yellow": "#744700", "green": "#0d6637", "grey": "#57606a"}
"""The report's own colours, by the names that shields.io has."""

_LETTER, _ROOM = 6.6, 12
"""Width of a letter of the font, and the room around a text, in pixels."""


def message(one: Implementation) -> str:
    """Return what the badge says, such as "717 passed, 8 not tested, edition 2026.1, 2026-11-27"."""
    run = one.run
    if not one.tested:
        counts = ["not tested"]
    else:
        counts = [f"{run.counts[verdict]} {word}" for verdict, word in _WORDS.items() if run.counts[verdict]]
        untested = run.cases - run.tried - run.counts[Verdict.NOT_APPLICABLE] - run.counts[Verdict.NEW]
        counts += [f"{untested} not tested"] if untested > 0 else []
    doubt = [] if run.source.trust is Trust.VERIFIED else [str(run.source.trust)]
    return ", ".join([*counts, run.judged_by, run.started[:10], *doubt])


def colour(one: Implementation) -> str:
    """Return the name of the badge's colour; green means that nothing failed, not that everything was tested."""
    counts = one.run.counts
    if counts[Verdict.FAIL]:
        return "red"
    if not one.tested or counts[Verdict.ENGINE]:
        return "grey"
    return "yellow" if counts[Verdict.WARN] or counts[Verdict.KNOWN] or not one.run.whole else "green"


def rests_on(one: Implementation) -> str:
    """Return which file the badge rests on, and whether it was verified."""
    source = one.run.source
    return f"Rests on results/{one.id}.jsonl, {source.trust}, SHA-256 {source.sha256}."


def endpoint(one: Implementation) -> dict[str, object]:
    """Return the badge as an endpoint of shields.io."""
    return {"schemaVersion": 1, "label": LABEL, "message": message(one), "color": colour(one)}


def svg(one: Implementation) -> Markup:
    """Return the badge as a picture; invisible characters of names were replaced when the file was read."""
    said, hue = message(one), _COLOURS[colour(one)]
    left, right = (round(len(text) * _LETTER + _ROOM) for text in (LABEL, said))
    about, label = f"{one.name}: {said}", _text(LABEL, _ROOM / 2, left - _ROOM)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="20" role="img" '
        'aria-labelledby="badge-title badge-desc">\n'
        '<title id="badge-title">{}</title>\n<desc id="badge-desc">{}</desc>\n'
        '<rect width="{}" height="20" fill="#1b1f24"/>\n<rect x="{}" width="{}" height="20" fill="{}"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\n{}\n{}\n</g>\n</svg>\n'
    ).format(
        left + right, about, rests_on(one), left, left, right, hue, label, _text(said, left + _ROOM / 2, right - _ROOM)
    )


def _text(text: str, x: float, width: float) -> Markup:
    """Return an SVG text that is stretched to this width, whatever the font."""
    return Markup('<text x="{:g}" y="14" textLength="{:g}" lengthAdjust="spacingAndGlyphs">{}</text>').format(
        x, width, text
    )
