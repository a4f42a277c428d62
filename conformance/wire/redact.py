"""Redaction: secrets that the run knows are replaced by value, others by the name of the field that holds them."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from conformance.wire.encodings import encodings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN = "[redacted]"

SHORTEST = 4
"""Characters below which a value is no secret: it would be found in any text."""

SHORTEST_CUT = 8
"""Characters of a secret below which its beginning, cut off there, gives nothing away."""

_CUT_MARKS = "\"'\\…&<"
"""What may follow a text that was cut: the end of the string that holds it, or a sign that there was more."""


class Redactor:
    """Replaces secrets in whatever is about to be recorded; each by `$name`, so that an exchange stays readable."""

    def __init__(self, secrets: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        """Take `(name, value)` pairs; empty values and values of fewer than four characters are no secrets."""
        self._replacements: dict[str, str] = {}
        self._ordered: list[tuple[str, str, str]] | None = None
        for name, value in secrets.items() if hasattr(secrets, "items") else secrets:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Learn one more secret, in every encoding in which it may come back."""
        if len(value) >= SHORTEST:
            self._ordered = None
            for form in encodings(value):
                self._replacements.setdefault(form, f"${name}")

    def add_pair(self, client_id: str, client_secret: str) -> None:
        """Learn the HTTP Basic form of a client's credentials."""
        self._ordered = None
        pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        for form in (pair, pair.rstrip("=")):
            self._replacements[form] = "$client_id:$client_secret"

    def extended(self, secrets: Iterable[tuple[str, str]]) -> Redactor:
        """Return a redactor that knows these as well, and the Basic pairs of the clients among them."""
        other = Redactor()
        other._replacements = dict(self._replacements)
        clients: dict[str, set[str]] = {"client_id": set(), "client_secret": set()}
        for name, value in secrets:
            other.add(name, value)
            if name in clients:
                clients[name].add(value)
        for client_id in clients["client_id"]:
            for client_secret in clients["client_secret"]:
                other.add_pair(client_id, client_secret)
        return other

    def by_value(self, text: str) -> str:
        """Return the text without the secrets that are known by value, nor the beginning of one that was cut."""
        begun = []
        for form, start, name in self._longest_first():
            if start in text:
                text = text.replace(form, name)
                begun.append((form, start, name))
        return _without_cuts(text, [each for each in begun if each[1] in text])

    def _longest_first(self) -> list[tuple[str, str, str]]:
        """Return form, its beginning and its name, longest first, so that a pair is not spoilt by one of its halves."""
        if self._ordered is None:
            known = sorted(self._replacements.items(), key=lambda item: (-len(item[0]), item[0]))
            self._ordered = [(form, form[: max(SHORTEST_CUT, len(form) // 2)], name) for form, name in known]
        return self._ordered


def _without_cuts(text: str, begun: list[tuple[str, str, str]]) -> str:
    """Replace beginnings of these forms that end where the text, or the string within it, was cut."""
    ends: dict[int, tuple[int, str]] = {}
    for form, start, name in begun:
        found = text.find(start)
        while found >= 0:
            end = found + len(start)
            while end < len(text) and end - found < len(form) and text[end] == form[end - found]:
                end += 1
            ends[found] = max(ends.get(found, (0, "")), (end, name))
            found = text.find(start, found + 1)
    kept, at = [], 0
    for found, (end, name) in sorted(ends.items()):
        if found >= at and (end == len(text) or text[end] in _CUT_MARKS or text.startswith("...", end)):
            kept += [text[at:found], name]
            at = end
    return "".join([*kept, text[at:]])


_SECRET_NAME = r"(?:[\w.-]{0,40}?(?:token|secret|password|passwd|api_?key|private_?key)|code|authorization|cookie)"  # noqa: S105 - a pattern
"""Names of fields that hold secrets: these words, alone or at the end of a longer name."""

_QUOTE = r"(?:\\{0,8}[\"']|&quot;|&#34;|&#x22;|&#39;|&#x27;)"
_JSON_FIELD = re.compile(rf'(?i)("{_SECRET_NAME}"\s*:\s*")(?!\$)((?:[^"\\]|\\.)*)')
_QUOTED_FIELD = re.compile(rf"(?is)({_QUOTE}{_SECRET_NAME}{_QUOTE}\s*[:=]\s*{_QUOTE})(?!\$)(.*?)(?={_QUOTE}|\Z)")
_FORM_FIELD = re.compile(rf"(?i)((?:^|[?&;\s]|&amp;){_SECRET_NAME}=)(?!\$|%24)([^&\s\"'<]+)")
_PART = re.compile(
    rf'(?is)(content-disposition:[^\r\n]{{0,80}}?[;\s]name="?{_SECRET_NAME}"?(?:;[^\r\n]{{0,200}})?'
    r"(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n)(?!\$)(.*?)(?=\r?\n--|\Z)"
)
_WEBHOOK = re.compile(r"(?i)(https?:(?:\\*/){2}hooks\.slack\.com\\*/(?:services\\*/)?+)[\w./\\-]+")
_WEBHOOK_FIELD = re.compile(r'(?i)("incoming_webhook"\s*:\s*\{[^{}]*?"url"\s*:\s*")(?!\$)((?:[^"\\]|\\.)*)')
_TOKEN = re.compile(r"(?i)\bxox[a-z](?:\.xox[a-z])?-[\w-]{8,}")
"""A token of this protocol gives itself away by its beginning, wherever it stands."""

_SECRET_HEADER = re.compile(
    r"(?i)(?:^|[-_])(?:authorization|auth|token|secret|key|apikey|cookie2?|password|session|signature|credentials?)"
    r"(?:$|[-_])"
)


def by_name(text: str) -> str:
    """Return a body or URL without the values of fields whose names say that they are secret."""
    for pattern in (_JSON_FIELD, _QUOTED_FIELD, _FORM_FIELD, _PART, _WEBHOOK_FIELD, _WEBHOOK):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return _TOKEN.sub(HIDDEN, text)


def header_by_name(name: str, value: str) -> str:
    """Return the value of this header, hidden if the name says that it is secret; its scheme stays.

    The value of any other header is read as a URL or a form may be: a `Location` carries codes.
    """
    if _SECRET_HEADER.search(name) is None:
        return by_name(value)
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {HIDDEN}" if blank and _is_scheme(scheme) else HIDDEN


def _is_scheme(word: str) -> bool:
    """Whether this is the name of a way to authenticate; the first word of a cookie is not."""
    return word.lower() in {"basic", "bearer", "digest", "negotiate", "token"}
