"""The form of an answer where the pages leave that open: JSON text, headers, framing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NECESSARY = frozenset({"content-type", "retry-after", "allow"})


@dataclass(frozen=True, slots=True)
class Presentation:
    """The form of an answer where the pages leave that open."""

    separators: tuple[str, str] = (",", ":")
    indent: int | None = None
    padding: str = ""
    """Whitespace around the JSON text."""
    escape_slash: bool = True
    ascii_only: bool = True
    escape_all: bool = False
    """Whether every character of a string, including field names, is escaped."""
    sort: Callable[[str], object] | None = None
    """The sort key for the fields of every object."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Additional undocumented fields."""
    header_case: Callable[[str], str] = str
    header_separator: str = ": "
    bare_headers: bool = False
    """Whether only indispensable headers are sent."""
    content_type: str | None = None
    """A different Content-Type."""
    reason: str | None = None
    """The reason phrase for every status."""
    interim: bytes = b""
    """Bytes to send before the answer, such as an interim response."""
    framing: Literal["length", "chunked", "until-close"] = "length"
    chunk_size: int = 1 << 20
    gzip: bool = False
    gzip_unasked: bool = False
    """Whether answers are compressed for a client without an Accept-Encoding."""
    close: bool = False
    """Whether to close the connection after every answer."""

    def headers(self, headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        """Return the headers to send, except those for framing."""
        kept = [pair for pair in headers if not self.bare_headers or pair[0] in _NECESSARY]
        if self.content_type is None:
            return kept
        return [(name, self.content_type if name == "content-type" else value) for name, value in kept]

    def compresses(self, accepted: str | None) -> bool:
        """Whether an answer to a client that accepts these codings is compressed."""
        return self.gzip_unasked if accepted is None else self.gzip and "gzip" in accepted


def encoded(document: Mapping[str, object] | None, style: Presentation) -> bytes:
    """Return the document as JSON, compact and with escaped slashes unless the style says otherwise."""
    if document is None:
        return b""
    fields: object = {**document, **style.extra}
    if style.sort is not None:
        fields = _sorted(fields, style.sort)
    ascii_only = style.ascii_only or style.escape_all
    text = json.dumps(fields, separators=style.separators, indent=style.indent, ensure_ascii=ascii_only)
    if style.escape_all:
        text = _STRING.sub(_escaped, text)
    elif style.escape_slash:
        text = text.replace("/", "\\/")
    return f"{style.padding}{text}{style.padding}".encode()


def chunks(body: bytes, size: int) -> bytes:
    """Return the body in chunked transfer coding."""
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _sorted(value: object, key: Callable[[str], object]) -> object:
    match value:
        case dict():
            names = sorted(value, key=key)  # type: ignore[arg-type]  # whatever the style orders names by
            return {name: _sorted(value[name], key) for name in names}
        case list():
            return [_sorted(item, key) for item in value]
        case _:
            return value


def _escaped(found: re.Match[str]) -> str:
    units = json.loads(found[0]).encode("utf-16-be", "surrogatepass")
    pairs = (units[start : start + 2].hex() for start in range(0, len(units), 2))
    return '"' + "".join(f"\\u{unit}" for unit in pairs) + '"'
