"""Faults of warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations import replies
from conformance.lab.deviations.conditions import (
    both,
    by_form,
    by_get,
    by_json,
    by_multipart,
    by_text,
    charset,
    not_,
    refused,
)
from conformance.lab.deviations.kinds import Answers

if TYPE_CHECKING:
    from conformance.sandbox.context import Context

_MISSING, _SUPERFLUOUS, _PLACES = "missing_charset", "superfluous_charset", "both-places"


def _warned(context: Context) -> bool:
    return bool(context.call.warnings)


def _latin(context: Context) -> bool:
    return charset(context) == "iso-8859-1"


def _typed(context: Context) -> bool:
    return context.request.header("Content-Type") is not None


FAULTS = (
    Answers(
        rule=_MISSING,
        fault="omitted-for-text",
        summary="Plain text gets no warning.",
        change=replies.without_warnings,
        when=both(_warned, by_text),
    ),
    Answers(
        rule=_MISSING,
        fault="omitted-for-json",
        summary="JSON gets no warning.",
        strength=Strength.SHOULD,
        change=replies.without_warnings,
        when=both(_warned, by_json),
    ),
    Answers(
        rule=_MISSING,
        fault="for-any-charset-but-one",
        summary="Plain text gets the warning although it has a charset.",
        change=replies.warning_also(_MISSING),
        when=both(by_text, _latin),
    ),
    Answers(
        rule=_MISSING,
        fault="for-forms-too",
        summary="A form gets the warning too.",
        change=replies.warning_also(_MISSING),
        when=lambda context: by_form(context) and charset(context) is None,
    ),
    Answers(
        rule=_MISSING,
        fault="for-get-too",
        summary="A GET with a type gets the warning too.",
        strength=Strength.SHOULD,
        change=replies.warning_also(_MISSING),
        when=both(by_get, _typed),
    ),
    Answers(
        rule=_MISSING,
        fault="turns-into-failure",
        summary="The warning about plain text comes as an error.",
        change=replies.as_failure,
        when=both(_warned, by_text),
    ),
    Answers(
        rule=_SUPERFLUOUS,
        fault="omitted-for-utf-8",
        summary="A form in utf-8 gets no warning.",
        change=replies.without_warnings,
        when=both(by_form, not_(_latin), not_(refused)),
    ),
    Answers(
        rule=_SUPERFLUOUS,
        fault="omitted-for-latin",
        summary="A form in iso-8859-1 gets no warning.",
        change=replies.without_warnings,
        when=both(by_form, _latin),
    ),
    Answers(
        rule=_SUPERFLUOUS,
        fault="omitted-for-multipart",
        summary="A multipart form gets no warning.",
        change=replies.without_warnings,
        when=both(by_multipart, _warned),
    ),
    Answers(
        rule=_SUPERFLUOUS,
        fault="omitted-beside-errors",
        summary="A refusal gets no warning.",
        strength=Strength.SHOULD,
        change=replies.without_warnings,
        when=both(by_form, _warned, refused),
    ),
    Answers(
        rule=_SUPERFLUOUS,
        fault="for-json-too",
        summary="JSON gets the warning too.",
        bases=("post-json",),
        change=replies.warning_also(_SUPERFLUOUS),
        when=lambda context: by_json(context) and charset(context) == "utf-8",
    ),
    Answers(
        rule=_SUPERFLUOUS,
        fault="turns-into-failure",
        summary="The warning about a multipart form comes as an error.",
        change=replies.as_failure,
        when=both(by_multipart, _warned),
    ),
    Answers(
        rule=_PLACES,
        fault="top-only",
        summary="A warning is at the top level only.",
        change=replies.without("response_metadata"),
        when=both(_warned, by_text),
    ),
    Answers(
        rule=_PLACES,
        fault="metadata-only",
        summary="A warning is in response_metadata only.",
        change=replies.without("warning"),
        when=_warned,
    ),
    Answers(
        rule=_PLACES,
        fault="list-at-the-top",
        summary="The warning at the top level is a list.",
        change=replies.having("warning", [_SUPERFLUOUS]),
        when=both(_warned, by_form),
    ),
    Answers(
        rule=_PLACES,
        fault="text-in-metadata",
        summary="The warning in response_metadata is a string.",
        change=replies.having("response_metadata", {"warnings": _SUPERFLUOUS}),
        when=both(_warned, by_multipart),
    ),
)
