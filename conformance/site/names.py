"""Names of files for what strangers call their servers: plain letters, unique on every file system."""

from __future__ import annotations

import hashlib
import re

_LONGEST = 48
_HASH = 8
_PLAIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for devices, whatever their extension."""

_LIKE_OURS = re.compile(rf".*-[0-9a-f]{{{_HASH},}}")
"""Names that look as if we had added a hash."""


class FileNames:
    """Gives each text a unique file name. A text that can be a file name keeps it; others get a short hash."""

    def __init__(self) -> None:
        """Start with no names taken."""
        self._taken: set[str] = set()

    def name(self, text: str, key: str = "") -> str:
        """Return the name of the text, and take it; `key` tells apart what has the same text.

        The same texts in the same order get the same names. No pair of text and key may be given twice.
        """
        plain = _slug(text)
        good = plain == text and not key and not _RESERVED.fullmatch(text) and not _LIKE_OURS.fullmatch(text)
        digest = hashlib.sha256(f"{key}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
        found, length = (plain if good else f"{plain}-{digest[:_HASH]}"), _HASH
        while found in self._taken:  # two texts whose digests begin alike
            length += 1
            found = f"{plain}-{digest[:length]}"
        self._taken.add(found)
        return found


def _slug(text: str) -> str:
    """Return the text if it can be a file name, else its letters and digits in lower case, with dashes between."""
    if len(text) <= _LONGEST and _PLAIN.fullmatch(text):
        return text
    return "-".join(re.findall(r"[a-z0-9]+", text[: 4 * _LONGEST].lower()))[:_LONGEST].strip("-") or "unnamed"
