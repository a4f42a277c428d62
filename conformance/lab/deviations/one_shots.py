"""Faults in the handling of triggers and codes, which work only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations.conditions import both, by_form, by_get, by_multipart, not_, with_basic
from conformance.lab.deviations.kinds import Passes, Refuses, Spends
from conformance.sandbox.worlds import UNLIMITED

if TYPE_CHECKING:
    from conformance.sandbox.context import Context

DOTS_OF_A_TRIGGER = 2


def _like_a_trigger(context: Context) -> bool:
    return context.arguments.get("trigger_id", "").count(".") == DOTS_OF_A_TRIGGER


def _another_was_used(context: Context) -> bool:
    issued = (value for values in context.world.one_shots.values() for value in values.values())
    bucket = context.world.bucket
    return (bucket is None or bucket.limit == UNLIMITED) and any(value.used for value in issued)


def _warned(context: Context) -> bool:
    return bool(context.call.warnings)


FAULTS = (
    Passes(
        rule="invalid_trigger",
        fault="any-by-get",
        summary="Anything that looks like a trigger is accepted in a GET.",
        found="trigger_id.unknown",
        when=both(by_get, _like_a_trigger),
    ),
    Passes(
        rule="invalid_trigger",
        fault="any-text-by-get",
        summary="A trigger that does not look like one is not looked up.",
        found="trigger_id.malformed",
        when=both(by_get, not_(_like_a_trigger)),
    ),
    Passes(
        rule="invalid_trigger",
        fault="any-by-form",
        summary="Any trigger is accepted in a form.",
        found="trigger_id.unknown",
        when=both(by_form, not_(_warned)),
    ),
    Passes(
        rule="invalid_trigger",
        fault="any-by-multipart",
        summary="Any trigger is accepted in a multipart form.",
        found="trigger_id.unknown",
        when=by_multipart,
    ),
    Passes(
        rule="invalid_trigger",
        fault="never-expires",
        summary="A trigger never expires.",
        strength=Strength.MAY,
        found="trigger_id.expired",
    ),
    Passes(
        rule="trigger_exchanged",
        fault="works-twice-by-get",
        summary="A trigger works twice in a GET.",
        found="trigger_id.used",
        when=by_get,
    ),
    Passes(
        rule="trigger_exchanged",
        fault="works-twice-by-form",
        summary="A trigger works twice in a form.",
        found="trigger_id.used",
        when=by_form,
    ),
    Spends(
        rule="trigger_exchanged",
        fault="used-up-by-a-refusal",
        summary="A refused request uses up its trigger.",
        strength=Strength.SHOULD,
    ),
    Refuses(
        rule="trigger_exchanged",
        fault="one-for-all",
        summary="Once a trigger was used, all other triggers of the user count as used.",
        code="trigger_exchanged",
        when=_another_was_used,
    ),
    Passes(
        rule="trigger-id-required",
        fault="not-needed-by-get",
        summary="A GET needs no trigger_id.",
        found="trigger_id.missing",
        when=lambda context: by_get(context) and "trigger_id" not in context.arguments,
    ),
    Passes(
        rule="trigger-id-required",
        fault="not-needed-by-form",
        summary="A form needs no trigger_id.",
        found="trigger_id.missing",
        when=lambda context: "scopes" in context.call.form,
    ),
    Passes(
        rule="trigger-id-required",
        fault="empty-will-do",
        summary="An empty trigger_id is accepted.",
        strength=Strength.SHOULD,
        found="trigger_id.missing",
        when=lambda context: "trigger_id" in context.arguments,
    ),
    Passes(
        rule="invalid_code",
        fault="any-by-form",
        summary="Any code is accepted in a form.",
        found="code.unknown",
        when=both(by_form, not_(with_basic)),
    ),
    Passes(
        rule="invalid_code",
        fault="any-by-form-with-basic",
        summary="Any code is accepted in a form beside Basic credentials.",
        found="code.unknown",
        when=both(by_form, with_basic),
    ),
    Passes(
        rule="invalid_code",
        fault="any-by-get",
        summary="Any code is accepted in a GET.",
        found="code.unknown",
        when=both(by_get, not_(with_basic)),
    ),
    Passes(
        rule="invalid_code",
        fault="any-by-get-with-basic",
        summary="Any code is accepted in a GET beside Basic credentials.",
        found="code.unknown",
        when=both(by_get, with_basic),
    ),
    Passes(
        rule="invalid_code",
        fault="any-by-multipart",
        summary="Any code is accepted in a multipart form.",
        found="code.unknown",
        when=by_multipart,
    ),
    Passes(
        rule="invalid_code",
        fault="not-needed",
        summary="A form needs no code.",
        found="code.missing",
        when=lambda context: bool(context.call.form) and "code" not in context.call.form,
    ),
    Passes(
        rule="invalid_code",
        fault="empty-will-do",
        summary="An empty code is accepted.",
        found="code.missing",
        when=lambda context: "code" in context.call.form,
    ),
    Passes(
        rule="invalid_code",
        fault="never-expires",
        summary="A code never expires.",
        strength=Strength.MAY,
        found="code.expired",
    ),
    Passes(
        rule="invalid_code",
        fault="any-clients",
        summary="A client can exchange another client's code.",
        strength=Strength.SHOULD,
        found="code.foreign",
    ),
    Passes(
        rule="code_already_used",
        fault="works-twice-by-get",
        summary="A code works twice in a GET.",
        found="code.used",
        when=by_get,
    ),
    Passes(
        rule="code_already_used",
        fault="works-twice-by-form",
        summary="A code works twice in a form.",
        found="code.used",
        when=by_form,
    ),
    Spends(
        rule="code_already_used",
        fault="used-up-by-a-refusal",
        summary="A refused request uses up its code.",
        strength=Strength.SHOULD,
    ),
    Refuses(
        rule="code_already_used",
        fault="one-for-all",
        summary="Once a code was used, all other codes of the app count as used.",
        code="code_already_used",
        when=_another_was_used,
    ),
)
