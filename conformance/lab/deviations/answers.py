"""Faults of the form of answers, and refusals with an effect that they must not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations import replies
from conformance.lab.deviations.conditions import both, by_form, by_get, by_multipart, not_, refused, with_basic
from conformance.lab.deviations.kinds import Answers, Presents
from conformance.lab.deviations.tokens import OAUTH, PERMISSIONS
from conformance.sandbox.facts import AppKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.lab.deviations.fault import Fault
    from conformance.sandbox.context import Context

MISSHAPEN: tuple[tuple[str, str, replies.Change], ...] = (
    ("ok-missing", "without `ok`", replies.without("ok")),
    ("ok-a-string", "with a string for `ok`", replies.having("ok", "true")),
    ("ok-a-number", "with a number for `ok`", replies.having("ok", 7)),
    ("array", "as an array", replies.says(b"[]")),
    ("page", "as an HTML page", replies.says_a_page),
    ("empty", "with an empty body", replies.says(b"")),
    ("not-utf-8", "in bytes that are not UTF-8", replies.says(b'{"ok":true,"note":"\xff"}')),
    ("key-twice", "with `ok` twice", replies.says(b'{"ok":true,"ok":false,"error":"no"}')),
)
FAILURES_ONLY: tuple[tuple[str, str, replies.Change], ...] = (
    ("error-missing", "without `error`", replies.without("error")),
    ("error-a-number", "with a number for `error`", replies.having("error", 42)),
    ("error-empty", "with an empty `error`", replies.having("error", "")),
    ("metadata-a-list", "with a list for `response_metadata`", replies.having("response_metadata", [])),
)
_UNREADABLE = "An answer that cannot be read breaks this too."


def _successes() -> Iterator[Fault]:
    for fault, words, change in MISSHAPEN:
        still_a_success = fault in {"ok-a-string", "ok-a-number"}
        yield Answers(
            rule="success-shape" if still_a_success else "via-post-multipart",
            fault=f"{fault}-for-multipart",
            summary=f"A success by multipart form comes {words}.",
            breaks={"via-post-multipart": _UNREADABLE} if still_a_success else {},
            bases=("post-multipart",),
            change=change,
            when=both(by_multipart, not_(refused)),
        )


def _failures() -> Iterator[Fault]:
    for fault, words, change in (*MISSHAPEN, *FAILURES_ONLY):
        usable = fault == "metadata-a-list"
        strength = Strength.SHOULD if usable else Strength.MUST
        yield Answers(
            rule="failure-shape",
            fault=fault,
            summary=f"A refusal of an unknown trigger comes {words}.",
            strength=strength,
            breaks={} if usable else {"invalid_trigger": _UNREADABLE},
            only=PERMISSIONS,
            change=change,
            when=both(by_get, _found("trigger_id.unknown")),
        )
        yield Answers(
            rule="failure-shape",
            fault=fault,
            summary=f"A refusal of an unknown client comes {words}.",
            strength=strength,
            breaks={} if usable else {"invalid_client_id": _UNREADABLE},
            only=OAUTH,
            change=change,
            when=both(by_form, not_(with_basic), _found("client_id.unknown")),
        )


def _found(condition: str) -> Callable[[Context], bool]:
    return lambda context: context.condition == condition


def _of_kind(kind: AppKind) -> Callable[[Context], bool]:
    return lambda context: context.world.app.kind is kind and not refused(context)


def _errors_beside() -> Iterator[Fault]:
    for method in (PERMISSIONS, OAUTH):
        yield Answers(
            rule="success-shape",
            fault="error-beside",
            summary="A success by multipart form carries an error too.",
            strength=Strength.SHOULD,
            only=method,
            change=replies.having("error", "internal_error"),
            when=both(by_multipart, not_(refused)),
        )


def _tokens() -> Iterator[Fault]:
    for kind, words, change in (
        (AppKind.WORKSPACE, "has a number for a token", replies.having("access_token", 42)),
        (AppKind.CLASSIC, "has no token", replies.without("access_token")),
        (AppKind.CLASSIC_WITH_BOT, "has an empty token", replies.having("access_token", "")),
        (AppKind.CLASSIC_WITH_WEBHOOK, "has null for a token", replies.having("access_token", None)),
        (AppKind.SIGN_IN, "has no token", replies.without("access_token")),
    ):
        yield Answers(
            rule="success-shape",
            fault=f"token-of-{kind}-app",
            summary=f"The answer of a {kind} app {words}.",
            only=OAUTH,
            change=change,
            when=_of_kind(kind),
        )


FAULTS = (
    *_successes(),
    *_failures(),
    *_errors_beside(),
    *_tokens(),
    Answers(
        rule="media-type",
        fault="html",
        summary="Every success has the Content-Type of HTML.",
        change=replies.with_header("content-type", "text/html"),
        when=not_(refused),
    ),
    Answers(
        rule="status",
        fault="created",
        summary="Every success has the status 201.",
        change=replies.with_status(201),
        when=not_(refused),
    ),
    *(
        Presents(
            rule="not-presented",
            fault=f"in-spite-of-{fault}",
            summary=f"The user is asked in spite of {words}.",
            found=condition,
        )
        for fault, words, condition in (
            ("trigger", "a trigger that was never issued", "trigger_id.unknown"),
            ("scope", "a scope that does not exist", "scopes.unknown"),
            ("token", "a token that was never issued", "token.unknown"),
        )
    ),
)
