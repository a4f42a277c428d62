"""The values that requests send: of a world in some state, made of one, or drawn by each run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TypeAlias

HEALTHY = "healthy"
"""The state of an ordinary world."""


PUBLIC_VALUES = frozenset({"scopes", "scopes_mixed", "redirect_uri"})
"""Values of a world that are not secret."""


def name_in_state(name: str, state: str) -> str:
    """Return the name of this value of a world in this state, for records and the shell variables of a reproduction."""
    return name if state == HEALTHY else f"{name}_of_{state.replace('-', '_')}"


_ALTERED = "_altered"


def altered_name(name: str) -> str:
    """Return the name of this value, sent wrong by little, for records and the shell variables of a reproduction."""
    return f"{name}{_ALTERED}"


def is_altered(name: str) -> bool:
    """Whether the name is that of a value sent wrong by little."""
    return name.endswith(_ALTERED)


@dataclass(frozen=True, slots=True)
class BorrowedValue:
    """A value (`$name`) of another world, which is in the state `of`."""

    value: str
    of: str


@dataclass(frozen=True, slots=True)
class ExtendedValue:
    """A value (`$name`) of the world, with text behind it."""

    value: str
    then: str


@dataclass(frozen=True, slots=True)
class AlteredValue:
    """A value (`$name`) of the world that is wrong by little; `catalog/alterations.py` has the ways."""

    value: str
    altered: str


@dataclass(frozen=True, slots=True)
class RepeatedText:
    """A text, repeated."""

    repeat: str
    times: int


@dataclass(frozen=True, slots=True)
class LikeValue:
    """Any member of the class `like` (`catalog/members.py`), between two fixed texts; each run draws one."""

    like: str
    before: str = ""
    then: str = ""

    def __str__(self) -> str:
        """Return the class in words, with the fixed texts."""
        return f"{self.before}(any {self.like}){self.then}"

    @property
    def data(self) -> dict[str, str]:
        """The class and the texts as in the data."""
        return {name: text for name, text in asdict(self).items() if text}


Value: TypeAlias = str | BorrowedValue | ExtendedValue | AlteredValue | RepeatedText | LikeValue
"""What to send, in any form that the data allows. A string is literal, or `$name` for a value of the world."""


def name_taken(value: Value | None) -> str:
    """Return the name of the world's value that this takes; empty if it takes none."""
    reference = value.value if isinstance(value, BorrowedValue | ExtendedValue | AlteredValue) else value
    return reference[1:] if isinstance(reference, str) and reference.startswith("$") else ""
