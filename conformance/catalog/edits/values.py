"""The values that edits send: read from the data, written back, and put into words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from ..alterations import ALTERATIONS
from ..values import AlteredValue, BorrowedValue, ExtendedValue, LikeValue, RepeatedText, Value, name_in_state
from .edit import Edit

if TYPE_CHECKING:
    from collections.abc import Callable

_LONG = 80


class NamedValue(Edit):
    """An edit whose parameter is a table with one key, such as `{ set_argument = { code = "x" } }`."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit with this table as its parameter."""
        make: Callable[..., Self] = cls
        ((name, wanted),) = value.items()
        return make(name, read_value(wanted))

    @property
    def data(self) -> object:
        """The table with its one key."""
        name, value = (getattr(self, one.name) for one in fields(self))
        return {name: table(value)}


@dataclass(frozen=True)
class Sends(NamedValue):
    """An edit that sends a value under the name of an argument or header."""

    names = ("name",)
    name: str
    value: Value

    def words(self) -> str:
        """Return the argument and its value."""
        return f"argument {self.name} = {in_words(self.value)}"

    @property
    def values(self) -> tuple[Value, ...]:
        """The value."""
        return (self.value,)

    @property
    def literals(self) -> frozenset[str]:
        """The value, if it is literal."""
        return frozenset(one for one in self.values if isinstance(one, str) and not one.startswith("$"))


_VALUES: dict[frozenset[str], Callable[..., Value]] = {
    frozenset(field.name for field in fields(value)): value
    for value in (BorrowedValue, ExtendedValue, AlteredValue, RepeatedText)
}
"""The class of each form of a value that is a table, by its keys."""


def table(value: Value) -> object:
    """Return the value in the form of the data."""
    return value if isinstance(value, str) else {key: one for key, one in asdict(value).items() if one}


def read_value(value: Any) -> Value:  # noqa: ANN401 - what the schema allows for a value
    """Return a value from the form of the data."""
    if isinstance(value, str):
        return value
    return LikeValue(**value) if "like" in value else _VALUES[frozenset(value)](**value)


def in_words(value: Value) -> str:
    """Return the value as a phrase."""
    match value:
        case BorrowedValue():
            return name_in_state(value.value, value.of)
        case ExtendedValue():
            return f"{value.value} with {value.then!r} behind it"
        case AlteredValue():
            return f"{value.value} {ALTERATIONS[value.altered][0]}"
        case RepeatedText():
            return f"{short(value.repeat)!r} {value.times} times"
        case LikeValue():
            return str(value)
        case str():
            return value if value.startswith("$") else repr(short(value))


def short(text: str) -> str:
    """Return the text, cut to 80 characters."""
    return text if len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters)"
