"""Faults in the handling of media types and charsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations.conditions import body_is, both, by_form, by_json, by_text, charset, not_
from conformance.lab.deviations.kinds import Calls, Passes, Refuses
from conformance.lab.deviations.tokens import OAUTH, PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    When = Callable[[Context], bool]

_SHOULD = Strength.SHOULD


def _type_is(media_type: str) -> When:
    return lambda context: context.call.media_type == media_type


def _header_has(text: str) -> When:
    return lambda context: text in (context.request.header("Content-Type") or "")


def _charset_is(name: str) -> When:
    return lambda context: charset(context) == name


FAULTS = (
    Passes(
        rule="missing_post_type",
        fault="form-needs-none",
        summary="A form needs no type.",
        found="body.without-type",
        when=body_is(rb"(?!--).*=.*"),
    ),
    Passes(
        rule="missing_post_type",
        fault="multipart-needs-none",
        summary="A multipart form needs no type.",
        found="body.without-type",
        when=body_is(rb"--.*"),
    ),
    Passes(
        rule="missing_post_type",
        fault="text-needs-none",
        summary="Plain text needs no type.",
        found="body.without-type",
        when=body_is(rb"[a-z ]+"),
    ),
    Refuses(
        rule="missing_post_type",
        fault="demanded-without-payload",
        summary="A POST without a body must have a type.",
        strength=Strength.MAY,
        only=PERMISSIONS,
        code="missing_post_type",
        when=lambda context: context.request.verb == "POST" and context.request.header("Content-Type") is None,
    ),
    Passes(
        rule="invalid_post_type",
        fault="xml-let-pass",
        summary="XML is accepted.",
        found="body.unknown-type",
        when=_type_is("application/xml"),
    ),
    Passes(
        rule="invalid_post_type",
        fault="octets-let-pass",
        summary="A type that says nothing is accepted.",
        found="body.unknown-type",
        when=_type_is("application/octet-stream"),
    ),
    Passes(
        rule="invalid_post_type",
        fault="every-text-let-pass",
        summary="Every kind of text is accepted.",
        found="body.unknown-type",
        when=_header_has("text/"),
    ),
    Refuses(
        rule="invalid_post_type",
        fault="letter-case-matters",
        summary="A type in capitals is refused.",
        strength=_SHOULD,
        code="invalid_post_type",
        when=_header_has("WWW"),
    ),
    *(
        Calls(
            rule="invalid_post_type",
            fault="plain-text-refused",
            summary="A form with the Content-Type of plain text is refused for its type.",
            only=method,
            found=found,
            code="invalid_post_type",
            when=by_text,
        )
        for method, found in ((PERMISSIONS, "scopes.missing"), (OAUTH, "client_id.missing"))
    ),
    Passes(
        rule="invalid_charset",
        fault="utf-16-let-pass",
        summary="A form may be in any charset that exists.",
        found="body.unknown-charset",
        when=both(by_form, _charset_is("utf-16")),
    ),
    Passes(
        rule="invalid_charset",
        fault="made-up-let-pass",
        summary="An unknown charset is ignored.",
        found="body.unknown-charset",
        when=_charset_is("no-such-charset"),
    ),
    Passes(
        rule="invalid_charset",
        fault="of-text-not-looked-at",
        summary="The charset of plain text is ignored.",
        found="body.unknown-charset",
        when=by_text,
    ),
    Passes(
        rule="invalid_charset",
        fault="of-json-not-looked-at",
        summary="The charset of JSON is ignored.",
        only=PERMISSIONS,
        found="body.unknown-charset",
        when=by_json,
    ),
    Refuses(
        rule="invalid_charset",
        fault="latin-refused",
        summary="Only one of the two valid charsets is valid.",
        code="invalid_charset",
        when=both(by_form, _charset_is("iso-8859-1"), not_(lambda context: "token" in context.call.form)),
    ),
    Refuses(
        rule="invalid_charset",
        fault="capitals-refused",
        summary="The name of a charset in capitals is refused.",
        strength=_SHOULD,
        code="invalid_charset",
        when=_header_has("UTF"),
    ),
    Refuses(
        rule="invalid_charset",
        fault="quotes-refused",
        summary="The name of a charset in quotes is refused.",
        strength=_SHOULD,
        code="invalid_charset",
        when=_header_has('"'),
    ),
)
