"""Redaction: secrets that the run knows are replaced by value, others by the name of the field that holds them."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN = "[redacted]"

_FIELDS = (
    "access_token|bot_access_token|refresh_token|client_secret|token|code|password|api_key|id_token|app_secret|"
    "signing_secret|verification_token"
)
_HEADER_NAMES = {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
_JSON_FIELD = re.compile(rf'(?i)("(?:{_FIELDS})"\s*:\s*")(?!\$)((?:[^"\\]|\\.)*)')
_FORM_FIELD = re.compile(rf"(?i)((?:^|[?&\s])(?:{_FIELDS})=)(?!\$|%24)([^&\s\"']+)")
_WEBHOOK = re.compile(r"(?i)(https?:(?:\\?/){2}hooks\.slack\.com(?:\\?/)(?:services(?:\\?/))?)[\w./\\-]+")


class Redactor:
    """Replaces secrets in whatever is about to be recorded; each by `$name`, so that an exchange stays readable."""

    def __init__(self, secrets: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        """Take `(name, value)` pairs; empty values and values of fewer than four characters are no secrets."""
        self._replacements: dict[str, str] = {}
        self._ordered: list[tuple[str, str]] | None = None
        for name, value in secrets.items() if hasattr(secrets, "items") else secrets:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Learn one more secret, in every encoding in which it may come back."""
        if len(value) >= _SHORTEST:
            self._ordered = None
            for form in _encodings(value):
                self._replacements.setdefault(form, f"${name}")

    def add_pair(self, client_id: str, client_secret: str) -> None:
        """Learn the HTTP Basic form of a client's credentials."""
        self._ordered = None
        pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._replacements[pair] = "$client_id:$client_secret"

    def extended(self, secrets: Iterable[tuple[str, str]]) -> Redactor:
        """Return a redactor that knows these as well."""
        other = Redactor()
        other._replacements = dict(self._replacements)
        for name, value in secrets:
            other.add(name, value)
        return other

    def by_value(self, text: str) -> str:
        """Return the text without the secrets that are known by value."""
        for form, name in self._longest_first():
            if form in text:
                text = text.replace(form, name)
        return text

    def _longest_first(self) -> list[tuple[str, str]]:
        """Longest first, so that a pair is not spoilt by one of its halves."""
        if self._ordered is None:
            self._ordered = sorted(self._replacements.items(), key=lambda item: -len(item[0]))
        return self._ordered


def by_name(text: str) -> str:
    """Return a body or URL without the values of fields whose names say that they are secret."""
    text = _JSON_FIELD.sub(rf"\1{HIDDEN}", text)
    text = _FORM_FIELD.sub(rf"\1{HIDDEN}", text)
    return _WEBHOOK.sub(rf"\1{HIDDEN}", text)


def header_by_name(name: str, value: str) -> str:
    """Return the value of this header, hidden if the name says that it is secret; its scheme stays."""
    if name.lower() not in _HEADER_NAMES:
        return value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {HIDDEN}" if blank else HIDDEN


_SHORTEST = 4


def _encodings(value: str) -> set[str]:
    """Return the value as it is and percent-, base64-, JSON- and HTML-encoded."""
    raw = value.encode()
    in_json = json.dumps(value)[1:-1]
    return {
        value,
        quote(value, safe=""),
        quote_plus(value),
        quote(value),
        quote(value, safe="").lower(),
        base64.b64encode(raw).decode(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        in_json,
        in_json.replace("/", "\\/"),
        html.escape(value),
        html.escape(value, quote=False),
        raw.hex(),
    }
