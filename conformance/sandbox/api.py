"""The methods: a request comes in, checks are made in order, success has its effect, and an answer goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.model import OK
from conformance.sandbox import access, arguments, grants, transport
from conformance.sandbox.checks import Phase, documented
from conformance.sandbox.context import Context
from conformance.sandbox.effects import EFFECTS
from conformance.sandbox.intake import PREFIX, understand
from conformance.sandbox.reply import FIXED_HEADERS, Reply
from conformance.sandbox.storage import Storage, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalog.model import Catalog, Method
    from conformance.sandbox.checks import Check
    from conformance.sandbox.deviation import Applied
    from conformance.sandbox.received import Received
    from conformance.sandbox.variant import Variant
    from conformance.sandbox.worlds import Worlds

    Found = tuple[str, str, Mapping[str, object]]
    """What was found: condition, code, and what the refusal says beside its code."""

THROTTLED, THROTTLED_STATUS = "ratelimited", 429
LOST_BEFORE, LOST_AFTER = "internal_error", "fatal_error"
"""What a failure of the storage is called before and after something was changed."""
NOT_FOUND = Reply(
    status=404,
    headers=(("content-type", "text/html"),),
    body=b"<!DOCTYPE html><title>Not found</title><p>Methods are below /api/.",
)


class Api:
    """Every method of a catalog, answered from the facts of the worlds."""

    def __init__(self, catalog: Catalog, worlds: Worlds, applied: Applied, variant: Variant) -> None:
        """Prepare each method's checks, from its page's list of codes and its arguments."""
        self._catalog, self._worlds, self._applied, self._variant = catalog, worlds, applied, variant
        self._checks = {name: self._checks_of(method) for name, method in catalog.methods.items()}

    def answer(self, request: Received) -> Reply:
        """Answer one request."""
        request = self._applied.received(request)
        if not request.path.startswith(PREFIX):
            return NOT_FOUND
        call = understand(request)
        method = self._catalog.methods.get(call.method)
        call = self._applied.understood(self._variant.understood(call, method))
        if method is None:
            return _refusal("unknown_method", {"req_method": call.method})
        context = Context.of(method, request, call, self._worlds, self._variant)
        with context.world.lock:
            early = self._applied.refuses(request, call)
            reply = early if early is not None else self._decided(context)
            for world in context.involved:
                world.journal.calls.append({"method": method.name, "answered": context.code or OK})
        return self._applied.reply(reply, context)

    def _decided(self, context: Context) -> Reply:
        """Return a refusal for the first thing that is found and enforced, or else success."""
        for condition, code, details in self._found(context):
            context.condition = condition
            enforced = self._applied.refusal(self._variant.names.get((context.method.name, condition), code), context)
            if enforced is not None and enforced != OK:
                context.code = enforced
                self._spend(context)
                reply = _refusal(enforced, self._explained(context, details))
                break
        else:
            context.condition = None
            reply = Reply({"ok": True, **context.document})
        return self._with_headers(self._with_warnings(reply, context), context)

    def _found(self, context: Context) -> Iterator[Found]:
        """Yield what is found, in order; whoever asks for more does not enforce what came before."""
        storage = Storage(context.world.service.storage_failure)
        checks_of = self._checks[context.method.name]
        for phase in self._variant.phases:
            if phase is Phase.AUTHENTICATION:
                try:
                    storage.read()
                except StorageError:
                    yield "storage.read", LOST_BEFORE, {}
            context.authenticated = phase > Phase.AUTHENTICATION
            for check, code in self._variant.order(checks_of[phase]):
                if check.holds(context):
                    yield check.condition, code, check.details(context)
        condemned = self._applied.condemns(context)
        if condemned is not None:
            yield "deviation", condemned, {}
        context.document, change = EFFECTS[str(context.method.effect.get("kind", "none"))](context)

        def changed() -> None:
            change()
            self._spend(context)

        try:
            storage.commit(changed)
        except StorageError:
            yield "storage.commit", LOST_AFTER, {}

    def _spend(self, context: Context) -> None:
        one_shots = context.one_shots
        if one_shots and self._applied.spends(context):
            for value in one_shots:
                value.used = True

    def _explained(self, context: Context, details: Mapping[str, object]) -> Mapping[str, object]:
        if not self._variant.messages or "response_metadata" in details:
            return details
        return {**details, "response_metadata": {"messages": [f"[ERROR] {context.condition}"]}}

    def _with_warnings(self, reply: Reply, context: Context) -> Reply:
        """Add the warnings that the page knows, at both of their places."""
        warnings = [code for code in context.call.warnings if code in context.method.warning_codes]
        if not warnings or reply.document is None:
            return reply
        metadata = reply.document.get("response_metadata")
        document = {
            **{key: value for key, value in reply.document.items() if key != "response_metadata"},
            "warning": ",".join(warnings),
            "response_metadata": {**(metadata if isinstance(metadata, dict) else {}), "warnings": warnings},
        }
        return replace(reply, document=document)

    def _with_headers(self, reply: Reply, context: Context) -> Reply:
        headers, status = list(reply.headers), reply.status
        if context.code is not None:
            status = self._variant.statuses.get(context.code, status)
        if context.authenticated and context.token is not None:
            headers.append(("x-oauth-scopes", ",".join(context.token.scopes)))
        if context.condition == "rate.exceeded":
            world, method = context.world, context.method
            wait = world.bucket_of(method.name, 0).wait_s(world.clock.now)
            headers.append(("retry-after", str(wait)))
            status = THROTTLED_STATUS
        return replace(reply, headers=tuple(headers), status=status)

    def _checks_of(self, method: Method) -> Mapping[Phase, tuple[tuple[Check, str], ...]]:
        own = arguments.checks_of(method)
        return documented((*transport.CHECKS, *access.CHECKS, *own, *grants.CHECKS), method)


def _refusal(code: str, details: Mapping[str, object]) -> Reply:
    document = {"ok": False, "error": code, **details}
    return Reply(document, headers=(*FIXED_HEADERS, ("x-slack-failure", code)), error=code)
