"""Faults in the handling of client id and secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.lab.deviations.conditions import both, by_form, by_get, by_multipart, not_, with_basic
from conformance.lab.deviations.kinds import Passes, Refuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lab.deviations.fault import Fault

WAYS = (
    ("by-form", "in a form", both(by_form, not_(with_basic))),
    ("by-basic", "by Basic", both(by_form, with_basic)),
    ("by-get", "in a query string", by_get),
    ("by-multipart", "in a multipart form", by_multipart),
)


def _unchecked(rule: str, argument: str, misuse: str) -> Iterator[Fault]:
    for fault, words, when in WAYS:
        summary = f"Any {argument} is taken {words}."
        yield Passes(rule=rule, fault=f"any-{fault}", summary=summary, found=f"{argument}.{misuse}", when=when)
    yield Passes(
        rule=rule,
        fault="not-needed",
        summary=f"A request needs no {argument}.",
        found=f"{argument}.missing",
        when=lambda context: bool(context.call.form),
    )


FAULTS = (
    *_unchecked("invalid_client_id", "client_id", "unknown"),
    *_unchecked("bad_client_secret", "client_secret", "mismatch"),
    Refuses(
        rule="credentials-in-both-places",
        fault="refused",
        summary="The client id in both places is refused.",
        code="invalid_arguments",
        when=lambda context: with_basic(context) and "client_id" in context.arguments,
    ),
)
