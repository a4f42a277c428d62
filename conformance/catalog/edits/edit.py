"""What every kind of edit has: its parameters, what it changes in a request, and its words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ..alterations import ALTERATIONS, REVERSED
from ..values import AlteredValue, BorrowedValue, LikeValue, altered_name, name_in_state, name_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...wire.draft import Draft, Text
    from ..values import Value


@dataclass(frozen=True)
class Edit:
    """The one difference between a base and the request under test; `catalog/edits/` has a class for each kind."""

    kind: ClassVar[str]
    """The name of the kind in the data and in results files."""
    phrase: ClassVar[str] = ""
    """The edit as one line, with the fields in braces."""
    names: ClassVar[tuple[str, ...]] = ()
    """The fields that hold the name of an argument or header."""
    sends_before: ClassVar[bool] = False
    """Whether what was sent before the last request is part of the difference, so that it must be sent again too."""
    without_base: ClassVar[bool] = False
    """Whether that is so for other requests, but not for the base, which has values of its own."""
    wait: ClassVar[str] = ""
    """The time that must pass before the last request, as a sentence for somebody who repeats it in a shell."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - what the schema allows for this kind
        """Return the edit with this parameter, as the data and results files have it."""
        make: Callable[..., Self] = cls
        return make(**value) if isinstance(value, dict) else make(value)

    @property
    def data(self) -> object:
        """The parameter, in the form that `read` takes."""
        parameters = {one.name: getattr(self, one.name) for one in fields(self)}
        given = {
            name: value.data if isinstance(value, LikeValue) else value
            for name, value in parameters.items()
            if value is not None
        }
        return given if len(parameters) > 1 else next(iter(given.values()))

    def words(self) -> str:
        """Return the edit as one line for terminal and reports."""
        return self.phrase.format_map({one.name: getattr(self, one.name) for one in fields(self)})

    def drawn(self, member: Callable[[LikeValue, str], str]) -> Self:
        """Return the edit with a member in place of each class; itself if it names none.

        `member` draws one, given the class and the name of the argument or header that it is sent as.
        """
        about = str(getattr(self, "name", ""))
        changes: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, LikeValue):
                changes[one.name] = member(value, about)
            elif isinstance(value, Edit) and (inner := value.drawn(member)) is not value:
                changes[one.name] = inner
        return replace(self, **changes) if changes else self

    @property
    def classes(self) -> tuple[LikeValue, ...]:
        """The classes of which a run draws members."""
        own = [getattr(self, one.name) for one in fields(self)]
        inner = [value for edit in own if isinstance(edit, Edit) for value in edit.classes]
        return (*(value for value in own if isinstance(value, LikeValue)), *inner)

    def apply(self, draft: Draft, resolve: Callable[[Value], Text]) -> None:
        """Change the draft of the base's request; `resolve` turns a value of the data into the text to send."""

    @property
    def values(self) -> tuple[Value, ...]:
        """What the edit sends in place of, or beside, the values of the base."""
        return ()

    @property
    def literals(self) -> frozenset[str]:
        """Texts that are sent where a secret is expected. They are public, and reports show them."""
        return frozenset()

    @property
    def touches(self) -> frozenset[str]:
        """The arguments and headers that differ, in lower case; empty if anything may differ."""
        return frozenset(str(getattr(self, field)).lower() for field in self.names)

    @property
    def borrows(self) -> dict[str, str]:
        """States of other worlds from which the edit takes a value, mapped to the name of the value."""
        return {value.of: name_taken(value) for value in self.values if isinstance(value, BorrowedValue)}

    @property
    def state(self) -> str:
        """The state in which the request is sent; empty if it is that of its base."""
        return ""

    def is_about(self, argument: str, reference: str) -> bool:
        """Whether the edit sends, changes or drops this argument, or sends its value, `reference`, elsewhere."""
        return argument in self.touches or reference in self.values

    def conditions(self) -> Iterator[str]:
        """Yield a sentence for each thing to do by hand when somebody repeats the request in a shell."""
        for state, name in self.borrows.items():
            yield f"{name_in_state(name, state).upper()} is the {name} of a world in the state {state}."
        for value in self.values:
            if isinstance(value, AlteredValue) and value.altered != REVERSED:
                name = name_taken(value)
                yield f"{altered_name(name).upper()} is the {name} {ALTERATIONS[value.altered][0]}."
        if self.wait:
            yield self.wait.format_map(asdict(self))
