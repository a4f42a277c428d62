"""Faults about how a request is packed: type, charset, form data, JSON, and whether all of it came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.sandbox.deviations.kinds import Calls, Passes, Refuses
from conformance.sandbox.deviations.looks import both, but, by_form, by_json, by_multipart, by_text, charset
from conformance.sandbox.deviations.tokens import OAUTH, PERMISSIONS
from conformance.sandbox.intake import ContentType

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    When = Callable[[Context], bool]

LONG = 8192
_SHOULD = Strength.SHOULD


def _type_is(media_type: str) -> When:
    return lambda context: context.call.media_type == media_type


def _header_has(text: str) -> When:
    return lambda context: text in (context.request.header("Content-Type") or "")


def _body_is(pattern: bytes) -> When:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda context: compiled.fullmatch(context.request.body) is not None


def _charset_is(name: str) -> When:
    return lambda context: charset(context) == name


def _nothing_sent(context: Context) -> bool:
    return by_form(context) and not context.request.body and not context.call.query


def _has_boundary(context: Context) -> bool:
    return "boundary" in ContentType.of(context.request.header("Content-Type") or "").parameters


_EMPTY = {"fault": "empty-form-let-pass", "summary": "An empty form succeeds.", "when": _nothing_sent}
_AS_TEXT = {
    "fault": "plain-text-refused",
    "summary": "A form that is said to be plain text is refused for its type.",
    "code": "invalid_post_type",
    "when": by_text,
}

FAULTS = (
    Passes(
        rule="missing_post_type",
        fault="form-needs-none",
        summary="A form needs no type.",
        found="body.without-type",
        when=_body_is(rb"(?!--).*=.*"),
    ),
    Passes(
        rule="missing_post_type",
        fault="multipart-needs-none",
        summary="A multipart form needs no type.",
        found="body.without-type",
        when=_body_is(rb"--.*"),
    ),
    Passes(
        rule="missing_post_type",
        fault="text-needs-none",
        summary="Plain text needs no type.",
        found="body.without-type",
        when=_body_is(rb"[a-z ]+"),
    ),
    Refuses(
        rule="missing_post_type",
        fault="demanded-without-payload",
        summary="A POST that carries nothing must have a type.",
        strength=Strength.MAY,
        only=PERMISSIONS,
        code="missing_post_type",
        when=lambda context: context.request.verb == "POST" and context.request.header("Content-Type") is None,
    ),
    Passes(
        rule="invalid_post_type",
        fault="xml-let-pass",
        summary="XML is let pass.",
        found="body.unknown-type",
        when=_type_is("application/xml"),
    ),
    Passes(
        rule="invalid_post_type",
        fault="octets-let-pass",
        summary="A type that says nothing is let pass.",
        found="body.unknown-type",
        when=_type_is("application/octet-stream"),
    ),
    Passes(
        rule="invalid_post_type",
        fault="every-text-let-pass",
        summary="Every kind of text is let pass.",
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
    Calls(rule="invalid_post_type", only=PERMISSIONS, found="scopes.missing", **_AS_TEXT),
    Calls(rule="invalid_post_type", only=OAUTH, found="client_id.missing", **_AS_TEXT),
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
        summary="A charset that does not exist is not looked at.",
        found="body.unknown-charset",
        when=_charset_is("no-such-charset"),
    ),
    Passes(
        rule="invalid_charset",
        fault="of-text-not-looked-at",
        summary="The charset of plain text is not looked at.",
        found="body.unknown-charset",
        when=by_text,
    ),
    Passes(
        rule="invalid_charset",
        fault="of-json-not-looked-at",
        summary="The charset of JSON is not looked at.",
        only=PERMISSIONS,
        found="body.unknown-charset",
        when=by_json,
    ),
    Refuses(
        rule="invalid_charset",
        fault="latin-refused",
        summary="Only one of the two valid charsets is valid.",
        code="invalid_charset",
        when=both(by_form, _charset_is("iso-8859-1"), but(lambda context: "token" in context.call.form)),
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
    Passes(
        rule="invalid_form_data",
        fault="no-boundary-let-pass",
        summary="A multipart form without a boundary succeeds.",
        found="body.broken-form",
        when=both(by_multipart, but(_has_boundary)),
    ),
    Passes(
        rule="invalid_form_data",
        fault="other-boundary-let-pass",
        summary="A multipart form whose boundary never comes succeeds.",
        strength=_SHOULD,
        found="body.broken-form",
        when=both(by_multipart, _has_boundary),
    ),
    Passes(
        rule="invalid_form_data",
        fault="broken-escape-let-pass",
        summary="A percent sign without digits is let pass.",
        strength=_SHOULD,
        found="body.broken-form",
        when=by_form,
    ),
    Passes(
        rule="invalid_form_data",
        fault="json-text-let-pass",
        summary="JSON that is said to be a form is let pass.",
        strength=_SHOULD,
        found="body.json-as-form",
    ),
    Refuses(
        rule="invalid_form_data",
        fault="escapes-refused",
        summary="Escaped letters beyond ASCII are refused.",
        code="invalid_form_data",
        when=lambda context: not all(value.isascii() for value in context.call.form.values()),
    ),
    Passes(
        rule="request_timeout",
        fault="half-a-form-let-pass",
        summary="Half a form succeeds.",
        found="body.cut",
        when=lambda context: by_form(context) and bool(context.request.body),
    ),
    Passes(
        rule="request_timeout",
        fault="nothing-let-pass",
        summary="A form of which nothing came succeeds.",
        found="body.cut",
        when=lambda context: not context.request.body,
    ),
    Passes(
        rule="request_timeout",
        fault="half-a-multipart-let-pass",
        summary="Half a multipart form succeeds.",
        found="body.cut",
        when=by_multipart,
    ),
    Passes(rule="request_timeout", only=PERMISSIONS, found="scopes.missing", **_EMPTY),
    Passes(rule="request_timeout", only=OAUTH, found="code.missing", **_EMPTY),
    Refuses(
        rule="request_timeout",
        fault="long-refused",
        summary="A body that is long is taken for cut.",
        code="request_timeout",
        when=lambda context: len(context.request.body) > LONG,
    ),
    Passes(
        rule="invalid_json",
        fault="cut-let-pass",
        summary="JSON that ends in the middle is let pass.",
        found="body.broken-json",
        when=_body_is(rb"\{[^ ]*"),
    ),
    Passes(
        rule="invalid_json",
        fault="form-text-let-pass",
        summary="A form that is said to be JSON is let pass.",
        found="body.broken-json",
        when=_body_is(rb"[^{]*=.*"),
    ),
    Passes(
        rule="invalid_json",
        fault="bad-unicode-let-pass",
        summary="Bytes that are no Unicode are let pass.",
        found="body.broken-json",
        when=_body_is(rb".*[\x80-\xff].*"),
    ),
    Refuses(
        rule="invalid_json",
        fault="white-space-refused",
        summary="White space around JSON is refused.",
        code="invalid_json",
        when=both(by_json, _body_is(rb" .*")),
    ),
    Passes(
        rule="json_not_object",
        fault="array-let-pass",
        summary="An array is as good as an object.",
        found="body.json-not-object",
        when=_body_is(rb"\[.*"),
    ),
    Passes(
        rule="json_not_object",
        fault="string-let-pass",
        summary="A string is as good as an object.",
        found="body.json-not-object",
        when=_body_is(rb'".*'),
    ),
    Passes(
        rule="json_not_object",
        fault="number-let-pass",
        summary="A number is as good as an object.",
        found="body.json-not-object",
        when=_body_is(rb"\d+"),
    ),
    Refuses(
        rule="json_not_object",
        fault="array-inside-refused",
        summary="An object that holds an array is refused.",
        code="json_not_object",
        when=both(by_json, _body_is(rb"\{.*\[.*")),
    ),
)
