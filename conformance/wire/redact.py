"""Redaction: which parts of an exchange must not be shown, and where.

It touches only wire data and quotations of it: URLs, headers, bodies, and the target's words in our messages. Ids,
rules, keys and verdicts are never redacted, so a secret cannot change a result.

* **By value, anywhere.** A *distinctive* value (`vocabulary.distinctive`: long, more than a word, and not part of our
  own texts) cannot occur by chance. It is replaced by `$name` everywhere, in every form that `encodings` knows, and
  also where a text was cut in the middle of it.
* **By value, in its place.** Any other value (`secret`, `token`, `ok`, `7`) also occurs in unrelated text. It is
  replaced where it is a complete argument of a query, form or multipart body, a JSON string, a header or a credential
  (`by_place`); not within longer words, keys or other values, nor as a JSON number.
* **By name.** The value of every secret-named field or header (`by_name`): a target may answer with secrets that it
  was not sent.

Afterwards every record and every finished file is searched for the distinctive values in any encoding (`secrecy`), and
the exchanges of the results file for the others in their places, as far as the profile fixes them. What cannot be
hidden: a value that the target transforms (reverses, splits, masks in part) and, if it is not distinctive, one that the
target embeds in a longer text or uses as a key.
"""

from __future__ import annotations

import base64
import re
from http.client import responses
from typing import TYPE_CHECKING

from ..catalog.model import OK
from .answer import NO_ANSWER, UNREADABLE
from .by_name import by_name, header_by_name
from .by_place import Places
from .encodings import encodings
from .vocabulary import SHORTEST, distinctive

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CUT_MARKS = "\"'\\…&<"
"""What may follow a text that was cut: the end of the enclosing string, or an ellipsis."""

OF_HTTP = frozenset(
    {
        *("connection", "content-encoding", "content-length", "content-type", "date", "host", "keep-alive"),
        *("retry-after", "transfer-encoding", "user-agent"),
    }
)
"""Headers whose values are HTTP keywords and numbers: one that equals a secret does so by chance."""

_CITED = re.compile(r'"([^"\n]*)"(:)?')
"""A quotation in a sentence, and whether it is a key of a quoted document."""

_MARK = "error:"


class Redactor:
    """Replaces secrets by `$name` in everything that is recorded, so that an exchange stays readable."""

    def __init__(self, secrets: Mapping[str, str] | Iterable[tuple[str, str]] = (), public: str = "") -> None:
        """Take `(name, value)` pairs; `public` is text of this run that is not secret. Empty values are ignored."""
        self._public = public
        self._replacements: dict[str, str] = {}
        self._places = Places()
        self._ordered: list[tuple[str, str, str]] | None = None
        for name, value in secrets.items() if hasattr(secrets, "items") else secrets:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Add a secret; a known value keeps its first name."""
        if distinctive(value, self._public):
            self._ordered = None
            for form in encodings(value):
                self._replacements.setdefault(form, f"${name}")
        elif value:
            self._places.add(encodings(value), f"${name}")

    def add_pair(self, client_id: tuple[str, str], client_secret: tuple[str, str]) -> None:
        """Add the HTTP Basic form of a client's credentials, each given as name and value."""
        (id_name, id_value), (secret_name, secret_value) = client_id, client_secret
        pair, shown = f"{id_value}:{secret_value}", f"${id_name}:${secret_name}"
        encoded = base64.b64encode(pair.encode()).decode()
        if distinctive(pair, self._public):
            self._ordered = None
            for form in (encoded, encoded.rstrip("=")):
                self._replacements[form] = shown
        if not (distinctive(id_value, self._public) and distinctive(secret_value, self._public)):
            self._places.add((pair, encoded, encoded.rstrip("=")), shown)

    def extended(self, secrets: Iterable[tuple[str, str]]) -> Redactor:
        """Return a copy that also knows these secrets and the Basic pairs of the clients among them."""
        other = Redactor(public=self._public)
        other._replacements = dict(self._replacements)
        other._places.extend(self._places)
        known = dict.fromkeys(secrets)
        for name, value in known:
            other.add(name, value)
        for client_id in (pair for pair in known if pair[0].startswith("client_id")):
            for client_secret in (pair for pair in known if pair[0].startswith("client_secret")):
                other.add_pair(client_id, client_secret)
        return other

    def by_value(self, text: str) -> str:
        """Return the text without distinctive secrets, including the beginning of one that was cut."""
        begun = []
        for form, start, name in self._longest_first():
            if start in text:
                text = text.replace(form, name)
                begun.append((form, start, name))
        return _without_cuts(text, [each for each in begun if each[1] in text], self._public)

    def known(self, text: str) -> str:
        """Return wire text without known secrets: distinctive ones anywhere, others in their places."""
        return self._places.hidden(self.by_value(text))

    def body(self, text: str) -> str:
        """Return a body or query without secrets, by value and by field name."""
        return by_name(self.known(text))

    def header(self, name: str, value: str) -> str:
        """Return the value of a header without secrets, by value and by header name."""
        shown = self.by_value(value)
        if name.lower() not in OF_HTTP:
            shown = self._places.hidden(shown)
        return header_by_name(name, shown)

    def sent_header(self, name: str, value: str) -> str:
        """Return the value of a header that we send, without the secrets that we gave it."""
        if name.lower() in OF_HTTP:
            return value
        scheme, blank, pair = value.partition(" ")
        if scheme == "Basic" and blank:
            # The halves are known separately, and one of them may be wrong.
            client_id, colon, client_secret = self.by_value(pair).partition(":")
            return f"{scheme} {self._places.whole(client_id)}{colon}{self._places.whole(client_secret)}"
        return self.known(value)

    def reason(self, status: int, text: str) -> str:
        """Return the reason phrase without secrets; the standard phrase of the status is left alone."""
        return text if text == responses.get(status) else by_name(self.known(text))

    def sentence(self, text: str) -> str:
        """Return one of our sentences without secrets, by value and by field name.

        Values that are not distinctive are hidden only where a quotation in double quotes is one.
        """
        shown = _CITED.sub(lambda said: said[0] if said[2] else f'"{self._code(said[1])}"', self.by_value(text))
        return by_name(shown)

    def outcome(self, text: str) -> str:
        """Return an outcome without secrets; an error code is the target's own text."""
        return text if text in {OK, NO_ANSWER, UNREADABLE} else by_name(self._code(self.by_value(text)))

    def _code(self, text: str) -> str:
        """Return an error code without secrets, with or without the `error:` prefix."""
        code = text.removeprefix(_MARK)
        return text.removesuffix(code) + self._places.whole(code)

    def _longest_first(self) -> list[tuple[str, str, str]]:
        """Return form, its beginning and its name, longest first, so that a pair is not spoilt by one of its halves."""
        if self._ordered is None:
            known = sorted(self._replacements.items(), key=lambda item: (-len(item[0]), item[0]))
            self._ordered = [(form, form[: max(SHORTEST, len(form) // 2)], name) for form, name in known]
        return self._ordered


def _without_cuts(text: str, begun: list[tuple[str, str, str]], public: str) -> str:
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
        cut = end == len(text) or text[end] in _CUT_MARKS or text.startswith("...", end)
        # A documented code, or a public value that is sent with a character more, is no secret that was cut.
        if found >= at and cut and distinctive(text[found:end], public):
            kept += [text[at:found], name]
            at = end
    return "".join([*kept, text[at:]])
