"""What can be wrong with an answer."""

from __future__ import annotations

from enum import StrEnum

WHY_CAP = 300
"""Length in characters to which the reason for an unusable answer is cut."""


class Flaw(StrEnum):
    """Why an answer cannot be used."""

    NOTHING = "nothing"
    FRAMING = "framing"
    SIZE = "size"
    ENCODING = "encoding"
    ASKED_CODING = "asked-coding"
    """Compressed in a way that the request named, but that is not known here: no fault of the target."""
    JSON = "json"
    SHAPE = "shape"


class Unusable(ValueError):  # noqa: N818 - a finding about the target, not an error in this code
    """The bytes received are not a usable answer; the message says why."""

    def __init__(self, flaw: Flaw, why: str) -> None:
        """Store the kind of flaw; `why` is cut to `WHY_CAP` characters."""
        self.flaw = flaw
        super().__init__(why if len(why) <= WHY_CAP else f"{why[:WHY_CAP]}…")
