"""The edits of arguments: another value, one more, one less, another name or place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from ..values import LikeValue, Value
from .edit import Edit
from .values import NamedValue, Sends, read_value, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...wire.draft import Draft, Text

    Resolve = Callable[[Value], Text]


class SetArgument(Sends):
    """Another value for an argument that the base sends."""

    kind = "set_argument"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Replace the value wherever it is sent."""
        text = resolve(self.value)
        if not _change_credential(draft, self.name, text):
            draft.arguments = [(held, text if held == self.name else old, at) for held, old, at in draft.arguments]


@dataclass(frozen=True)
class AddArgument(Sends):
    """One more argument, sent in the same place as the others; in the query string if there are none."""

    kind = "add_argument"
    named: LikeValue | None = None
    """The class of the name, if a run draws it; `name` is then only its description."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit with a name and a value; the name may be a class, in a table of two keys."""
        if not isinstance(value.get("named"), dict):
            return super().read(value)
        named = LikeValue(**value["named"])
        return cls(str(named), read_value(value["value"]), named)

    @property
    def data(self) -> object:
        """The table that `read` takes."""
        value = table(self.value)
        return {self.name: value} if self.named is None else {"named": table(self.named), "value": value}

    def drawn(self, member: Callable[[LikeValue, str], str]) -> Self:
        """Return the edit with a drawn name and value."""
        edit = super().drawn(member)
        return edit if self.named is None else replace(edit, name=str(edit.named), named=None)

    def words(self) -> str:
        """Return the argument and its value."""
        return f"one more {super().words()}"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Add the argument behind the others."""
        alone = "query" if draft.verb == "GET" else "form"
        draft.arguments.append((self.name, resolve(self.value), draft.arguments[0][2] if draft.arguments else alone))


@dataclass(frozen=True)
class DropArgument(Edit):
    """Without an argument that the base sends."""

    kind = "drop_argument"
    phrase = "without argument {name}"
    names = ("name",)
    name: str

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Drop the argument wherever it is sent; of HTTP Basic, only its half."""
        if not _change_credential(draft, self.name, None):
            draft.arguments = [argument for argument in draft.arguments if argument[0] != self.name]


@dataclass(frozen=True)
class RenameArgument(NamedValue):
    """An argument under another name."""

    kind = "rename_argument"
    phrase = "argument {name} is called {called}"
    names = ("name", "called")
    name: str
    called: str | LikeValue

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Rename the argument, in its place among the others."""
        renamed = {self.name: str(self.called)}
        draft.arguments = [(renamed.get(held, held), text, at) for held, text, at in draft.arguments]


@dataclass(frozen=True)
class LengthenName(Edit):
    """An argument under a name that repeats the letters of its own up to a length."""

    kind = "lengthen_name"
    phrase = "the name of argument {argument} is {to} letters long"
    argument: str
    to: int | LikeValue

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit with this argument and length."""
        length = value["to"]
        return cls(value["argument"], LikeValue(**length) if isinstance(length, dict) else int(length))

    def drawn(self, member: Callable[[LikeValue, str], str]) -> Self:
        """Return the edit with a length."""
        return self if isinstance(self.to, int) else replace(self, to=int(member(self.to, self.argument)))

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Rename the argument, in its place among the others."""
        length = int(str(self.to))
        longer = (self.argument * (length // len(self.argument) + 1))[:length]
        RenameArgument(self.argument, longer).apply(draft, resolve)


@dataclass(frozen=True)
class MoveArgument(NamedValue):
    """An argument in another place than the base sends it; a token leaves the Authorization header."""

    kind = "move_argument"
    phrase = "argument {name} travels in the {place}"
    names = ("name",)
    name: str
    place: str

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Move the argument behind the others, or in its place among them."""
        if draft.kinds.get(self.name) == "token" and draft.bearer is not None:
            draft.arguments.append((self.name, draft.bearer, self.place))
            draft.bearer = None
        else:
            moved = {self.name: self.place}
            draft.arguments = [(held, text, moved.get(held, at)) for held, text, at in draft.arguments]


@dataclass(frozen=True)
class InArray(Edit):
    """An argument of a JSON body as an array that holds its value."""

    kind = "in_array"
    phrase = "argument {name} is a JSON array with one element"
    names = ("name",)
    name: str

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Wrap the value when the body is encoded."""
        draft.in_array.add(self.name)


KINDS: Final[tuple[type[Edit], ...]] = (
    SetArgument,
    AddArgument,
    DropArgument,
    RenameArgument,
    LengthenName,
    MoveArgument,
    InArray,
)
"""The classes of this module."""


def _change_credential(draft: Draft, name: str, text: Text | None) -> bool:
    """Set a credential that travels in the Authorization header, or drop it, and return whether there is one."""
    match draft.kinds.get(name):
        case "token" if draft.bearer is not None:
            draft.bearer = text
        case "client-id" if draft.basic is not None:
            draft.basic = (text or "", draft.basic[1])
        case "client-secret" if draft.basic is not None:
            draft.basic = (draft.basic[0], text or "")
        case _:
            return False
    return True
