"""Faults in the handling of scopes, redirect_uri and single_channel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations.conditions import by_form, by_get
from conformance.lab.deviations.kinds import Calls, Passes, Reads, Refuses
from conformance.lab.deviations.tokens import OAUTH
from conformance.sandbox.facts import AppKind
from conformance.sandbox.worlds import SCOPES

if TYPE_CHECKING:
    from conformance.sandbox.context import Context
    from conformance.sandbox.intake import Call


def _first_is_known(context: Context) -> bool:
    return context.arguments.get("scopes", "").partition(",")[0] in SCOPES


def _with_semicolons_as_commas(call: Call) -> Call:
    return replace(call, form={name: value.replace(";", ",") for name, value in call.form.items()})


def _redirect(context: Context) -> str | None:
    return context.arguments.get("redirect_uri")


def _begins_alike(context: Context) -> bool:
    return any((_redirect(context) or "").startswith(f"{one.redirect_uri}/") for one in context.one_shots)


def _asked_without_redirect(context: Context) -> bool:
    return any(value.redirect_uri is None for value in context.one_shots)


def _single_channel(context: Context) -> str | None:
    return context.arguments.get("single_channel")


FAULTS = (
    Passes(
        rule="invalid_scope",
        fault="single-one-not-looked-at",
        summary="A list of one scope is not checked in a GET.",
        found="scopes.unknown",
        when=by_get,
    ),
    Passes(
        rule="invalid_scope",
        fault="only-first-looked-at",
        summary="Only the first of several scopes is checked.",
        found="scopes.unknown",
        when=_first_is_known,
    ),
    Passes(
        rule="scopes-required",
        fault="not-needed-by-get",
        summary="A GET needs no scopes.",
        found="scopes.missing",
        when=lambda context: by_get(context) and "scopes" not in context.arguments,
    ),
    Passes(
        rule="scopes-required",
        fault="empty-will-do",
        summary="An empty list of scopes is accepted.",
        strength=Strength.MAY,
        found="scopes.missing",
        when=lambda context: "scopes" in context.arguments,
    ),
    Passes(
        rule="invalid_arguments",
        fault="form-without-scopes",
        summary="A form needs no scopes.",
        with_rules=("scopes-required",),
        found="scopes.missing",
        when=lambda context: "trigger_id" in context.call.form,
    ),
    Refuses(
        rule="scopes-comma-separated",
        fault="list-refused",
        summary="A list of several scopes is taken for a single unknown scope.",
        breaks={
            "invalid_scope": "A list with a scope that does not exist shows nothing where every list is refused.",
            "mixed_scope": "A list of two types shows nothing where every list is refused.",
        },
        code="invalid_scope",
        when=lambda context: "," in context.arguments.get("scopes", ""),
    ),
    Refuses(
        rule="scopes-comma-separated",
        fault="single-refused",
        summary="A single scope is not accepted as a list.",
        strength=Strength.SHOULD,
        code="invalid_arguments",
        when=lambda context: "," not in context.arguments.get("scopes", ""),
    ),
    Reads(
        rule="scopes-comma-separated",
        fault="semicolons-separate-too",
        summary="Semicolons separate scopes as well as commas.",
        strength=Strength.SHOULD,
        change=_with_semicolons_as_commas,
    ),
    Refuses(
        rule="scopes-comma-separated",
        fault="space-refused",
        summary="A space after a comma is refused, but with a code that is not about scopes.",
        strength=Strength.MAY,
        code="invalid_arguments",
        when=lambda context: " " in context.arguments.get("scopes", ""),
    ),
    Refuses(
        rule="query-and-form-mixed",
        fault="refused",
        summary="Arguments in both places are refused.",
        code="invalid_arguments",
        when=lambda context: bool(context.call.query and context.call.form),
    ),
    Passes(
        rule="bad_redirect_uri",
        fault="any-by-form",
        summary="Any redirect_uri is accepted in a form.",
        found="redirect_uri.mismatch",
        when=lambda context: by_form(context) and _redirect(context) is not None and not _begins_alike(context),
    ),
    Passes(
        rule="bad_redirect_uri",
        fault="any-by-get",
        summary="Any redirect_uri is accepted in a GET.",
        found="redirect_uri.mismatch",
        when=by_get,
    ),
    Passes(
        rule="bad_redirect_uri",
        fault="beginning-is-enough",
        summary="A redirect_uri that only starts like the original one is accepted.",
        found="redirect_uri.mismatch",
        when=_begins_alike,
    ),
    Passes(
        rule="bad_redirect_uri",
        fault="not-needed",
        summary="The redirect_uri may be left out.",
        found="redirect_uri.mismatch",
        when=lambda context: _redirect(context) is None,
    ),
    Refuses(
        rule="redirect-uri-only-if-sent",
        fault="always-demanded",
        summary="A redirect_uri is required although none was sent before.",
        breaks={"real-clients": "One of them sends none."},
        code="bad_redirect_uri",
        when=lambda context: _asked_without_redirect(context) and _redirect(context) is None,
    ),
    Refuses(
        rule="redirect-uri-only-if-sent",
        fault="refused-for-another-reason",
        summary="A redirect_uri that was not sent before is refused, but with a code that is not about it.",
        strength=Strength.MAY,
        code="invalid_arguments",
        when=lambda context: _asked_without_redirect(context) and _redirect(context) is not None,
    ),
    Refuses(
        rule="single-channel",
        fault="refused",
        summary="single_channel is refused for a workspace app.",
        code="invalid_arguments",
        when=lambda context: _single_channel(context) == "true" and context.world.app.kind is AppKind.WORKSPACE,
    ),
    Refuses(
        rule="single-channel",
        fault="zero-refused",
        summary="A zero is not accepted as a boolean.",
        strength=Strength.MAY,
        breaks={"real-clients": "One of them always sends it."},
        code="invalid_arguments",
        when=lambda context: _single_channel(context) == "0",
    ),
    Calls(
        rule="single-channel",
        fault="denied-to-classic-app",
        summary="A classic app gets access_denied.",
        with_rules=("invalid_arguments",),
        found="grant.single-channel-of-other-app",
        code="access_denied",
    ),
    Calls(
        rule="invalid_arguments",
        fault="no-boolean-denied",
        summary="A single_channel that is not a boolean gets access_denied.",
        strength=Strength.SHOULD,
        only=OAUTH,
        found="single_channel.malformed",
        code="access_denied",
    ),
)
