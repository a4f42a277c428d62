"""The first words of a body: the owner of a target recognises by them which page answers in a method's place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.wire.by_name import by_name

if TYPE_CHECKING:
    from conformance.wire.answer import Answer

LONGEST = 80
"""Characters of the first words."""

_LOOKED_AT = 4000
"""Characters of a body in which they are looked for; the head of an HTML page is long."""

_MARKUP = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)")


def opening(answer: Answer) -> str:
    """Return the beginning of a body without markup, on one line; empty if there is none.

    Fields that are named like secrets are hidden before the text is cut, and the cut is marked: a secret that the run
    knows is still recognised by its beginning when the text is recorded.
    """
    text = " ".join(_MARKUP.sub(" ", by_name(answer.text[:_LOOKED_AT])).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
