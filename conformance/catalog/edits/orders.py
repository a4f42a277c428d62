"""The orders: edits that change when, how often or in which state a request is sent.

`engine/scripts.py` has the script of each order that takes more than a base and one more request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from . import arguments, rest
from .edit import Edit
from .values import NamedValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...wire.draft import Draft, Text
    from ..values import Value

    Resolve = Callable[[Value], Text]


class Order(Edit):
    """An edit that leaves the request as it is, and sends it at another time, again, or in another state."""


@dataclass(frozen=True)
class InState(Order):
    """The same request in a world in this state."""

    kind = "state"
    phrase = "the same request in the state {name}"
    name: str

    @property
    def state(self) -> str:
        """The state."""
        return self.name


@dataclass(frozen=True)
class Advance(Order):
    """The same request, these seconds after its values were issued."""

    kind = "advance_s"
    phrase = "{seconds} seconds later"
    wait = "Let {seconds} seconds pass between the issue of these values and the request."
    seconds: int


@dataclass(frozen=True)
class Again(Order):
    """The request again in the same world: the `same` bytes, `same-twice`, or once with `fresh` single-use values."""

    kind = "again"
    sends_before = True
    how: str

    def words(self) -> str:
        """Return what the second request carries."""
        match self.how:
            case "fresh":
                return "sent again, with fresh one-shot values"
            case "same":
                return "sent again, byte for byte"
            case _:
                return "sent again twice, byte for byte"


@dataclass(frozen=True)
class Then(Order):
    """The base, then at once a second request in the same world, with the `same` or `fresh` single-use values.

    The second request is sent as another base (`as`), or with an edit of its own.
    """

    kind = "then"
    sends_before = True
    carries: str
    base: str = ""
    edit: Edit | None = None

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the order; what is neither `values` nor `as` is the second request's edit."""
        edits = [_INNER[kind].read(given) for kind, given in value.items() if kind in _INNER]
        return cls(value["values"], value.get("as", ""), *edits)

    @property
    def data(self) -> object:
        """The table, in the form that `read` takes."""
        more = {self.edit.kind: self.edit.data} if self.edit else {"as": self.base}
        return {"values": self.carries, **more}

    def words(self) -> str:
        """Return what the second request carries, and how it differs from the first."""
        values = "the same values" if self.carries == "same" else "fresh one-shot values"
        return f"sent again at once with {values}, {self.edit.words() if self.edit else f'as {self.base}'}"

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the second request's own edit."""
        return self.edit.values if self.edit else ()

    @property
    def literals(self) -> frozenset[str]:
        """The literals of the second request's own edit."""
        return self.edit.literals if self.edit else frozenset()

    @property
    def touches(self) -> frozenset[str]:
        """What the second request's own edit touches; anything may differ if it is sent as another base."""
        return self.edit.touches if self.edit else frozenset()


@dataclass(frozen=True)
class AgainAfter(Order):
    """Requests until one is throttled, then one more with fresh values after the announced time."""

    kind = "again_after"
    phrase = "sent again after being throttled and waiting as asked"
    wait = "Between the last two lines, wait as long as the answer's Retry-After says."
    sends_before = True
    what: str = "retry-after"


@dataclass(frozen=True)
class AgainAfterRefusal(Order, NamedValue):
    """The request with an argument for which it is refused, then without it and with the same single-use values."""

    kind = "again_after_refusal"
    phrase = "sent with one more argument {name} = {value!r}, then without it and with the same values"
    sends_before = True
    without_base = True
    name: str
    value: str

    @property
    def values(self) -> tuple[Value, ...]:
        """The value."""
        return (self.value,)


@dataclass(frozen=True)
class Twice(Order):
    """A refused request twice, byte for byte: one with another value for an argument, or one in another state."""

    kind = "twice"
    sends_before = True
    without_base = True
    edit: Edit

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit that sends a request with this edit twice."""
        ((kind, parameter),) = value.items()
        return cls(_INNER[kind].read(parameter))

    @property
    def data(self) -> object:
        """The other edit, as a table with one key."""
        return {self.edit.kind: self.edit.data}

    def words(self) -> str:
        """Return the other edit, and that it is sent twice."""
        return f"{self.edit.words()}; sent twice"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Apply the other edit."""
        self.edit.apply(draft, resolve)

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the other edit."""
        return self.edit.values

    @property
    def literals(self) -> frozenset[str]:
        """The literals of the other edit."""
        return self.edit.literals

    @property
    def touches(self) -> frozenset[str]:
        """What the other edit touches."""
        return self.edit.touches

    @property
    def state(self) -> str:
        """The state of the other edit."""
        return self.edit.state


@dataclass(frozen=True)
class EachThenAll(Order):
    """The request with one element alone of a comma-separated argument, then with the whole list."""

    kind = "each_then_all"
    phrase = "argument {name} with one element, then with the whole list"
    name: str


@dataclass(frozen=True)
class AtOnce(Order):
    """Several requests with one single-use value, completed at the same moment; in each round with another value."""

    kind = "at_once"
    sends_before = True
    requests: int
    rounds: int

    def words(self) -> str:
        """Return how many requests are sent at once and how often, with the number of attempts in all."""
        attempts = self.requests * self.rounds
        return f"sent {self.requests} times at once with the same values, in {self.rounds} rounds: {attempts} attempts"

    def conditions(self) -> Iterator[str]:
        """Yield how to send the lines."""
        yield (
            f"The line sends the request {self.requests} times at the same moment, with a value that was not used "
            "before. Which answer a request gets is up to chance: it may take several attempts to see the fault."
        )


KINDS: Final[tuple[type[Edit], ...]] = (
    InState,
    Advance,
    Again,
    Then,
    AgainAfter,
    AgainAfterRefusal,
    Twice,
    EachThenAll,
    AtOnce,
)
"""The classes of this module."""

_INNER: Final[dict[str, type[Edit]]] = {edit.kind: edit for edit in (*arguments.KINDS, *rest.KINDS, *KINDS[:1])}
"""The class of each kind that may stand within an order."""
