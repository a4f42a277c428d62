"""Faults in the handling of bodies: form data, JSON, and bodies that are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations.conditions import body_is, both, by_form, by_json, by_multipart, not_
from conformance.lab.deviations.kinds import Calls, Passes, Refuses
from conformance.lab.deviations.tokens import OAUTH, PERMISSIONS
from conformance.sandbox.intake import ContentType

if TYPE_CHECKING:
    from conformance.sandbox.context import Context

LONG = 8192
_SHOULD = Strength.SHOULD


def _nothing_sent(context: Context) -> bool:
    return by_form(context) and not context.request.body and not context.call.query


def _has_boundary(context: Context) -> bool:
    return "boundary" in ContentType.of(context.request.header("Content-Type") or "").parameters


FAULTS = (
    Passes(
        rule="invalid_form_data",
        fault="no-boundary-let-pass",
        summary="A multipart form without a boundary succeeds.",
        found="body.broken-form",
        when=both(by_multipart, not_(_has_boundary)),
    ),
    Passes(
        rule="invalid_form_data",
        fault="other-boundary-let-pass",
        summary="A multipart form in which the boundary never occurs succeeds.",
        strength=_SHOULD,
        found="body.broken-form",
        when=both(by_multipart, _has_boundary),
    ),
    Calls(
        rule="invalid_form_data",
        fault="broken-escape-called-otherwise",
        summary="A percent sign without digits is refused for another reason.",
        strength=Strength.MAY,
        found="body.broken-form",
        code="accesslimited",
        when=by_form,
    ),
    Passes(
        rule="invalid_form_data",
        fault="json-text-let-pass",
        summary="JSON with the Content-Type of a form is accepted.",
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
        summary="A form of which nothing arrived succeeds.",
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
    *(
        Passes(
            rule="request_timeout",
            fault="empty-form-let-pass",
            summary="An empty form succeeds.",
            only=method,
            found=found,
            when=_nothing_sent,
        )
        for method, found in ((PERMISSIONS, "scopes.missing"), (OAUTH, "code.missing"))
    ),
    Refuses(
        rule="request_timeout",
        fault="long-refused",
        summary="A long body is taken for one that is cut.",
        code="request_timeout",
        when=lambda context: len(context.request.body) > LONG,
    ),
    Passes(
        rule="invalid_json",
        fault="cut-let-pass",
        summary="JSON that ends in the middle is accepted.",
        found="body.broken-json",
        when=body_is(rb"\{[^ ]*"),
    ),
    Passes(
        rule="invalid_json",
        fault="form-text-let-pass",
        summary="A form with the Content-Type of JSON is accepted.",
        found="body.broken-json",
        when=body_is(rb"[^{]*=.*"),
    ),
    Calls(
        rule="invalid_json",
        fault="bad-unicode-called-otherwise",
        summary="Bytes that are not valid Unicode are refused for another reason.",
        strength=Strength.MAY,
        found="body.broken-json",
        code="no_permission",
        when=body_is(rb".*[\x80-\xff].*"),
    ),
    Refuses(
        rule="invalid_json",
        fault="white-space-refused",
        summary="Whitespace around JSON is refused.",
        code="invalid_json",
        when=both(by_json, body_is(rb" .*")),
    ),
    Passes(
        rule="json_not_object",
        fault="array-let-pass",
        summary="An array is accepted as an object.",
        found="body.json-not-object",
        when=body_is(rb"\[.*"),
    ),
    Passes(
        rule="json_not_object",
        fault="string-let-pass",
        summary="A string is accepted as an object.",
        found="body.json-not-object",
        when=body_is(rb'".*'),
    ),
    Passes(
        rule="json_not_object",
        fault="number-let-pass",
        summary="A number is accepted as an object.",
        found="body.json-not-object",
        when=body_is(rb"\d+"),
    ),
    Refuses(
        rule="json_not_object",
        fault="members-refused",
        summary="An object that is not empty is refused.",
        code="json_not_object",
        when=both(by_json, body_is(rb"\{\".*")),
    ),
)
