"""The kinds of edits: one class for each kind in `schemas/rule.schema.json`, with everything that depends on the kind.

An edit is the one difference between a base and the request under test. A new kind is a class here, listed in `EDITS`,
and its entry in the schema. Its fields are the parameters, and its `phrase` puts them into words. If it changes the
request, `apply` does so; what else a class may say is documented in `Edit`. An `Order` leaves the request as it is:
what differs is when, how often, or in which state it is sent. `engine/scripts.py` has the script of each order that
takes more than a base and one more request.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

from ..wire.request import BodySent
from .alterations import ALTERATIONS
from .model import (
    AlteredValue,
    BorrowedValue,
    Edit,
    ExtendedValue,
    LikeValue,
    RepeatedText,
    Value,
    name_in_state,
)
from .schema import validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..wire.draft import Draft, Text

    Resolve = Callable[[Value], Text]

_CREDENTIALS = {"token", "client-id", "client-secret"}
"""Kinds of arguments that are credentials."""

_UNSENT = "a-value-of-some-length"
_LONG = 80


def read_edit(kind: str, value: Any) -> Edit:  # noqa: ANN401 - what the schema allows for this kind
    """Return the edit of this kind with this parameter, in the form of the data. Both must match the schema."""
    return EDITS[kind].read(value)


def recorded_edit(kind: str, value: Any) -> Edit | None:  # noqa: ANN401 - any JSON value
    """Return the edit of a results file; `None` if it is a replay, recorded by name only, or not in the schema."""
    return read_edit(kind, value) if validator("rule.schema.json#/$defs/edit").is_valid({kind: value}) else None


class _NamedValue(Edit):
    """An edit whose parameter is a table with one key, such as `{ set_argument = { code = "x" } }`."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit with this table as its parameter."""
        make: Callable[..., Self] = cls
        ((name, wanted),) = value.items()
        return make(name, _read_value(wanted))

    @property
    def data(self) -> object:
        """The table with its one key."""
        name, value = (getattr(self, one.name) for one in fields(self))
        return {name: _table(value)}


@dataclass(frozen=True)
class _Sends(_NamedValue):
    """An edit that sends a value under the name of an argument or header."""

    names = ("name",)
    name: str
    value: Value

    def words(self) -> str:
        """Return the argument and its value."""
        return f"argument {self.name} = {_in_words(self.value)}"

    @property
    def values(self) -> tuple[Value, ...]:
        """The value."""
        return (self.value,)

    @property
    def literals(self) -> frozenset[str]:
        """The value, if it is literal."""
        return frozenset(one for one in self.values if isinstance(one, str) and not one.startswith("$"))


class SetArgument(_Sends):
    """Another value for an argument that the base sends."""

    kind = "set_argument"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Replace the value wherever it is sent."""
        text = resolve(self.value)
        if not _change_credential(draft, self.name, text):
            draft.arguments = [(held, text if held == self.name else old, at) for held, old, at in draft.arguments]


@dataclass(frozen=True)
class AddArgument(_Sends):
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
        return cls(str(named), _read_value(value["value"]), named)

    @property
    def data(self) -> object:
        """The table that `read` takes."""
        value = _table(self.value)
        return {self.name: value} if self.named is None else {"named": _table(self.named), "value": value}

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
class RenameArgument(_NamedValue):
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
class MoveArgument(_NamedValue):
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


class SetHeader(_Sends):
    """Another value for one header."""

    kind = "set_header"

    def words(self) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {_short(str(self.value))}"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Set the header, also one that follows from the body."""
        draft.headers[self.name] = resolve(self.value)


@dataclass(frozen=True)
class DropHeader(Edit):
    """Without one header."""

    kind = "drop_header"
    phrase = "without the header {name}"
    names = ("name",)
    name: str

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Drop the header when the request is finished."""
        draft.dropped.add(self.name.lower())


@dataclass(frozen=True)
class Escapes(Edit):
    """The same arguments, with percent escapes that are spelled in another way and stand for the same text."""

    kind = "escapes"
    spelled: str

    def words(self) -> str:
        """Return how the escapes are spelled."""
        match self.spelled:
            case "lower-case":
                return "percent escapes in small letters"
            case _:
                return "each character of the arguments percent-escaped"

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Have the query string and the form escaped like this."""
        draft.escapes = self.spelled


@dataclass(frozen=True)
class Drop(Edit):
    """Without any credential, wherever the base sends it."""

    kind = "drop"
    phrase = "without any {what}"
    what: str = "credentials"

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Drop every credential."""
        draft.bearer = draft.basic = None
        draft.arguments = [held for held in draft.arguments if draft.kinds.get(held[0]) not in _CREDENTIALS]


@dataclass(frozen=True)
class ChangeBody(Edit):
    """Exact bytes of the body (`text` or `hex`), bytes behind it, or only part of it sent."""

    kind = "body"
    text: str | LikeValue | None = None
    hex: str | None = None
    append: str | None = None
    send: str | None = None

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit with these parameters; the text may be a class."""
        text = value.get("text")
        return cls(**{**value, "text": LikeValue(**text)} if isinstance(text, dict) else value)

    def words(self) -> str:
        """Return what is sent in place of the body, and how much of it."""
        parts = []
        if self.text is not None:
            parts.append(f"body {_in_words(self.text)}")
        if self.hex is not None:
            parts.append(f"body of the bytes {_short(self.hex)}")
        if self.append is not None:
            parts.append(f"body followed by {_short(self.append)!r}")
        if self.send is not None:
            how = {
                "half": "only half of the body is sent",
                "nothing": "nothing of the body is sent",
                "unfinished-chunks": "body sent in chunks without the last, empty one",
            }[self.send]
            parts.append(f"{how}, then the sending side is closed")
        return ", ".join(parts)

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Make the body exact bytes, with the Content-Type that it had."""
        draft.sent = BodySent(self.send or "whole")
        query = [argument for argument in draft.arguments if argument[2] == "query"]
        if draft.sent is BodySent.NOTHING:
            # Only the length is needed, so no one-shot value is used up for it.
            unsent = [(name, _UNSENT, place) for name, _, place in draft.arguments if place != "query"]
            draft.arguments = [*query, *unsent]
        content_type = draft.media_type
        if self.text is not None:
            body = str(self.text).encode()
        elif self.hex is not None:
            body = bytes.fromhex(self.hex)
        else:
            body = draft.encode_body() or b""
        body += (self.append or "").encode()
        draft.body, draft.content_type, draft.arguments = body, content_type, query


@dataclass(frozen=True)
class Replay(Edit):
    """A complete request as a real client sends it, which replaces the request of the base.

    Values are text or `$name`; `None` is a name without an equals sign. Characters in `safe` are not escaped. Headers
    are the client's, except those that follow from target, credentials and body.
    """

    kind = "replay"
    client: str
    version: str
    verb: str
    headers: tuple[tuple[str, str], ...]
    variant: str = ""
    derived: bool = False
    authorization: str | None = None
    query: tuple[tuple[str, str | None], ...] = ()
    form: tuple[tuple[str, str | None], ...] = ()
    json: str | None = None
    safe: str = ""
    unlike: tuple[str, ...] = ()
    """The differences from the base, as phrases."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the replay of a recorded request, in the form of `fixtures/clients/`."""
        given = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        headers = tuple((name, text) for name, text in value["headers"])
        places = {place: _pairs(value.get(place, ())) for place in ("query", "form")}
        return cls(**{**given, **places, "headers": headers})

    @property
    def data(self) -> object:
        """The client; results files do not repeat the request."""
        return {"client": self.client, "version": self.version}

    def words(self) -> str:
        """Return the client, and in what it differs from the base."""
        variant = f" ({self.variant})" if self.variant else ""
        sends = "should send it, by its source" if self.derived else "sends it"
        differences = f", unlike the base: {'; '.join(self.unlike)}" if self.unlike else ""
        return f"as {self.client} {self.version}{variant} {sends}{differences}"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Replace everything but the address."""
        draft.verb, draft.safe = self.verb, self.safe
        draft.dropped = {"user-agent"} - {name.lower() for name, _ in self.headers}
        draft.headers = dict(self.headers)
        draft.bearer = resolve("$token") if self.authorization == "bearer" else None
        basic = self.authorization == "basic"
        draft.basic = (resolve("$client_id"), resolve("$client_secret")) if basic else None
        draft.content_type, draft.body = None, None if self.json is None else self.json.encode()
        draft.arguments = [
            (name, None if text is None else resolve(text), place)
            for place, pairs in (("query", self.query), ("form", self.form))
            for name, text in pairs
        ]

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the query string and the form."""
        return tuple(text for _, text in (*self.query, *self.form) if text is not None)

    def is_about(self, argument: str, _reference: str) -> bool:
        """Whether the client sends the argument."""
        return any(name == argument for name, _ in (*self.query, *self.form))


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
        edits = [read_edit(kind, given) for kind, given in value.items() if kind in EDITS]
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
class AgainAfterRefusal(Order, _NamedValue):
    """The request with an argument for which it is refused, then without it and with the same single-use values."""

    kind = "again_after_refusal"
    phrase = "sent with one more argument {name} = {value!r}, then without it and with the same values"
    sends_before = True
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
        return cls(read_edit(kind, parameter))

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


_OF_ARGUMENTS = (SetArgument, AddArgument, DropArgument, RenameArgument, LengthenName, MoveArgument, InArray)
_OF_THE_REST = (SetHeader, DropHeader, Escapes, Drop, ChangeBody, Replay)
_ORDERS = (InState, Advance, Again, Then, AgainAfter, AgainAfterRefusal, Twice, EachThenAll, AtOnce)

EDITS: dict[str, type[Edit]] = {edit.kind: edit for edit in (*_OF_ARGUMENTS, *_OF_THE_REST, *_ORDERS)}
"""The class of each kind of edit, by its name in the data."""

_VALUES: dict[frozenset[str], Callable[..., Value]] = {
    frozenset(field.name for field in fields(value)): value
    for value in (BorrowedValue, ExtendedValue, AlteredValue, RepeatedText)
}
"""The class of each form of a value that is a table, by its keys."""


def _table(value: Value) -> object:
    """Return the value in the form of the data."""
    return value if isinstance(value, str) else {key: one for key, one in asdict(value).items() if one}


def _read_value(value: Any) -> Value:  # noqa: ANN401 - what the schema allows for a value
    if isinstance(value, str):
        return value
    return LikeValue(**value) if "like" in value else _VALUES[frozenset(value)](**value)


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


def _pairs(entries: Iterable[list[str]]) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value[0] if value else None) for name, *value in entries)


def _in_words(value: Value) -> str:
    match value:
        case BorrowedValue():
            return name_in_state(value.value, value.of)
        case ExtendedValue():
            return f"{value.value} with {value.then!r} behind it"
        case AlteredValue():
            return f"{value.value} {ALTERATIONS[value.altered][0]}"
        case RepeatedText():
            return f"{_short(value.repeat)!r} {value.times} times"
        case LikeValue():
            return str(value)
        case str():
            return value if value.startswith("$") else repr(_short(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters)"
