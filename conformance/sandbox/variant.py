"""Variants: sandboxes that differ from the default in every way that the pages allow.

The pages leave much open, so two conforming servers may behave differently. The suite must accept both. A `Variant` is
the set of all such choices; the defaults are the preferred readings. `choices` lists the alternatives one by one, and
the tests run the suite against each of them and against random combinations: apart from the rules in `warns`, none of
them may be accused.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from .checks import Phase
from .intake import TEXT, USUAL, BodyFault, ParsingHabits
from .minting import PlainMint
from .reply import Presentation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..catalog.model import Method
    from .checks import Check
    from .facts import AppKind
    from .intake import Call
    from .minting import Mint

    Checks = Sequence[tuple[Check, str]]
    Order = Callable[[Checks], Checks]


def as_listed(checks: Checks) -> Checks:
    """Return the checks in their usual order."""
    return checks


def reverse(checks: Checks) -> Checks:
    """Return the checks of a phase in reverse order."""
    return checks[::-1]


def shuffled(seed: int) -> Order:
    """Return an ordering that is random but the same for the same seed."""

    def order(checks: Checks) -> Checks:
        return random.Random(seed).sample(checks, len(checks))  # noqa: S311 - not a secret

    return order


@dataclass(frozen=True, slots=True)
class Variant:
    """One conforming way to behave."""

    name: str = "preferred"
    warns: frozenset[str] = frozenset()
    """Ids of should- and may-rules that it does not follow; the suite reports a WARN on them."""

    order: Order = as_listed
    """The order of checks within each phase."""
    phases: Sequence[Phase] = tuple(Phase)
    """The order of phases; not every order conforms, since a check needs what earlier phases have read."""
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Different codes for conditions, by method and condition; `ok` if the condition is ignored."""

    presentation: Presentation = field(default_factory=Presentation)
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Different HTTP statuses for refusals, by error code."""
    success_status: int = 200
    retry_after: Literal["seconds", "date"] = "seconds"
    silent_on_retry: frozenset[str] = frozenset()
    """Methods that throttle without a Retry-After."""
    explanations: Literal["some", "none", "always"] = "some"
    """Whether refusals have fields beside their code: if there are details, never, or always a message."""
    warning_places: tuple[str, ...] = ("warning", "response_metadata")
    warns_on_failure: bool = True
    warns_everywhere: bool = False
    """Whether methods without warnings on their page return warnings too."""
    unlisted_warning: str | None = None
    """An unlisted warning on every answer."""

    app_kind: AppKind | None = None
    """The kind of app whose answer format is used for every code, whatever the app of the world."""
    bare_success: bool = False
    """Whether a success contains only the fields that the pages promise."""
    mint: Callable[[], Mint] = PlainMint
    lives_s: Mapping[str, float] = field(default_factory=dict)
    """Different lifetimes in seconds, by kind of one-shot value."""
    window_s: int | None = None
    """A different length in seconds of the window of a small rate limit."""
    refusals_spend: bool = False
    """Whether refused requests use up their one-shot values too."""
    requests_a_minute: Mapping[str, int] = field(default_factory=dict)
    """Different rates than the tier's, by method."""

    habits: ParsingHabits = USUAL
    refused_types: frozenset[tuple[str, str]] = frozenset()
    """Pairs of method and listed media type that is refused all the same, since the method's own list is shorter."""
    unread_types: frozenset[tuple[str, str]] = frozenset()
    """Pairs of method and listed media type whose body is ignored."""
    query_of_text_unread: bool = False
    """Whether the query string is ignored if the body is plain text."""
    empty_forms: Literal["read", "missing-without-query", "missing"] = "read"
    """Whether an empty form counts as missing data."""
    bare_names_refused: bool = False
    """Whether a form with a name without an equals sign is refused."""
    user_tokens_may_request: bool = False
    needless_tokens: Literal["checked", "ignored", "refused"] = "checked"
    """The treatment of tokens by methods without a token argument."""
    empty_tokens_refused: bool = False
    """Whether an empty token counts as missing even for methods without a token argument."""
    query_tokens: Literal["unread", "read", "refused"] = "unread"
    listed_names_only: bool = False
    """Whether arguments that the page does not list are refused for their name."""
    wide_letters: bool = False
    """Whether letters beyond ASCII count as alphanumeric."""
    strict_lists: bool = False
    """Whether whitespace and empty elements in a comma-separated list are refused."""
    empty_lists_pass: bool = False
    """Whether a list without elements is accepted."""
    unasked_redirect_refused: bool = False
    """Whether a redirect_uri is refused if none was sent when the code was requested."""

    def changed(self, **changes: Any) -> Variant:  # noqa: ANN401 - as the fields are
        """Return a copy with these changes: mappings and sets are merged, presentation and habits updated by field."""
        grown: dict[str, Any] = {}
        for name, value in changes.items():
            held = getattr(self, name)
            if isinstance(held, dict | frozenset):
                grown[name] = held | value
            elif isinstance(held, Presentation | ParsingHabits):
                grown[name] = replace(held, **value)
            else:
                grown[name] = value
        return replace(self, **grown)

    def understood(self, call: Call, method: Method | None) -> Call:
        """Return the parsed request as this variant interprets it where the pages leave that open."""
        if (call.method, call.media_type) in self.refused_types:
            call = replace(call, faults=call.faults | {BodyFault.UNKNOWN_TYPE})
        if (call.method, call.media_type) in self.unread_types:
            call = replace(call, form={}, faults=call.faults - {BodyFault.BROKEN_FORM})
        if call.media_type == TEXT and self.query_of_text_unread:
            call = replace(call, query={})
        in_query = call.query.get("token")
        if in_query and call.token is None and self.query_tokens == "read":
            call = replace(call, bearer=in_query)
        if self.needless_tokens == "ignored" and method is not None and "token" not in method.arguments:
            call = replace(call, bearer=None, form={name: text for name, text in call.form.items() if name != "token"})
        return call


PREFERRED = Variant()
