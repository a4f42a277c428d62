"""The first words of a body, by which the owner of a target recognises an unexpected page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .by_name import by_name

if TYPE_CHECKING:
    from .answer import Answer

LONGEST = 80
"""Maximum length in characters."""

_LOOKED_AT = 4000
"""How many characters of the body are searched; the head of an HTML page can be long."""

_MARKUP = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[a-z!?][^>]*(?:>|\Z)")
"""Markup; a `<` before anything else than a name is text, possibly that of a secret."""


def opening(answer: Answer) -> str:
    """Return the beginning of a body as one line without markup, or an empty string.

    Secret-named fields are hidden before the text is cut, and it is cut between two words: redaction might not
    recognise half a secret.
    """
    text = " ".join(_MARKUP.sub(" ", by_name(answer.text[:_LOOKED_AT])).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST + 1].rpartition(' ')[0]}…"
