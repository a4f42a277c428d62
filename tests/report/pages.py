"""Pages as a browser takes them, and results of hostile targets."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from tests.report import build

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;</pre>\u202e\x1b[31m\x00{{ 7*7 }}"
VOID = {"meta", "input", "br", "link", "img"}


class Page(HTMLParser):
    """The page as a browser would take it: elements, their attributes, ids, links, and the text of script and style."""

    def __init__(self, text: str) -> None:
        """Parse the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": [], "title": [], "h1": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost open element is the one that ends."""
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        """Keep the text of elements that matter."""
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]][-1] += data

    def attributes(self, name: str) -> list[str]:
        """Return every value of this attribute."""
        return [value or "" for _, attributes in self.tags for key, value in attributes.items() if key == name]


def whole() -> list[build.Line]:
    """Return cases of every verdict."""
    cases = [build.case(f"bad_{number}", verdict=verdict) for number, verdict in enumerate(build.VERDICTS)]
    cases[5]["known"] = {"issue": "https://issues.example/1", "owner": "us", "expires": "2027-01-31", "reason": "later"}
    cases[7]["cause"] = {"kind": "engine", "text": "It broke.", "needs": ""}
    return cases


def hostile(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with every text in it replaced by what a hostile target would say."""
    if isinstance(value, dict):
        return {key: item if key == "role" else hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


def hostile_cases() -> list[build.Line]:
    """Return cases of every verdict in which all that a target can choose is hostile."""
    cases = whole()
    for case in cases:
        case["exchanges"] = [
            {**hostile(exchange), "request": hostile(exchange["request"])} for exchange in case["exchanges"]
        ]
        case.update(observed=HOSTILE, got=HOSTILE, expected=HOSTILE, edit_text=HOSTILE, reading=["DOC-01", HOSTILE])
        case["accept"] = [HOSTILE]
        if case["cause"] is not None:
            case["cause"] = {**hostile(case["cause"]), "kind": case["cause"]["kind"]}
        for finding in case["findings"]:
            finding.update(got=HOSTILE, expected=HOSTILE, nearest=HOSTILE)
    return cases
