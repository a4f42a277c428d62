"""The methods: run the checks of a request in order, apply the effect of a success, and build the answer."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError, suggestion
from ..catalog.model import GATEWAY, OK
from . import access, arguments, transport
from .checks import Phase, documented
from .context import Context
from .effects import EFFECTS
from .facts import StorageFailure
from .intake import PREFIX, WARNINGS, understand
from .journal import ReceivedCall
from .reply import FIXED_HEADERS, Reply
from .untested import untested_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..catalog.model import Catalog, Method, Rule
    from .checks import Check
    from .deviation import Applied
    from .facts import WorldFacts
    from .injections import Injected
    from .intake import Call, Received
    from .variant import Variant
    from .worlds import WorldStore

    Found = tuple[str, str, Mapping[str, object]]
    """What a check found: condition, code, and further fields of the refusal."""

THROTTLED_STATUS = 429
UNKNOWN_METHOD = "unknown_method"
LOST_AFTER = "storage.commit"
"""The condition of a storage failure after a change was made."""
PROMISED = frozenset({"access_token"})
"""Fields of a success that the pages promise beside `ok`."""
NOT_FOUND = Reply(
    status=404,
    headers=(("content-type", "text/html"),),
    body=b"<!DOCTYPE html><title>Not found</title><p>Methods are below /api/.",
)


class Api:
    """Answers every method of a catalog from the facts of the worlds."""

    def __init__(self, catalog: Catalog, worlds: WorldStore, applied: Applied, variant: Variant) -> None:
        """Prepare the checks of each method from the error codes and arguments on its page.

        Raises `DataError` if the page of a method gives a code to a condition that nothing here ever finds.
        """
        require_known_conditions(catalog)
        self._worlds, self._applied, self._variant = worlds, applied, variant
        self.methods: Mapping[str, Method] = {**untested_methods(catalog), **catalog.methods}
        """The methods by name, those that are not under test included."""
        methods = self.methods.values()
        self._checks = {method.name: checks_of(method) for method in methods}
        self._codes = {method.name: method.codes for method in methods}
        self._warnings = {
            name: code for codes in self._codes.values() for name, code in codes.items() if name in WARNINGS
        }
        self._numbers = itertools.count(1)
        self.observers: list[Callable[[ReceivedCall, WorldFacts | None], None]] = []
        """Each is called with every call, when it was answered, and the world that it acted in."""

    def answer(self, request: Received) -> Reply:
        """Answer one request."""
        request = self._applied.received(request)
        if not request.path.startswith(PREFIX):
            return NOT_FOUND
        received_at = time.monotonic()
        call = understand(request, self._variant.habits)
        method = self.methods.get(call.method)
        call = self._applied.understood(self._variant.understood(call, method))
        noted = self._noted(request, call, received_at)
        if method is None:
            noted.answered, noted.status = UNKNOWN_METHOD, 200
            world = self._worlds.owner(call.token)
            self._worlds.note(world, noted)
            reply = _refusal(UNKNOWN_METHOD, {"req_method": call.method})
            self._observe(noted, world, reply)
            return reply
        context = Context.of(method, request, call, self._worlds, self._variant)
        with context.world.lock:
            injected = self._injected(context, noted)
            if injected is not None and injected.instead is not None:
                reply, noted.answered = injected.instead, injected.answered
            else:
                early = self._applied.refuses(request, call)
                reply = early if early is not None else self._decided(context)
                noted.answered, noted.condition = context.code or OK, context.condition
            noted.world_time = context.world.clock.now
            for world in context.involved or (None,):
                self._worlds.note(world, noted)
        # Not under the lock: a deviation may pause here, while other requests go on.
        reply = self._applied.reply(reply, context) if injected is None else injected.change(reply)
        noted.status = reply.status if reply.answered else None
        noted.warnings = _warnings_in(reply)
        self._observe(noted, context.world if context.involved else None, reply)
        if injected is not None and injected.delay_s:
            time.sleep(injected.delay_s)
        return reply

    def read(self, request: Received) -> Call:
        """Return a request as the methods see it."""
        return understand(request, self._variant.habits)

    def tried(self, request: Received) -> Context:
        """Return the context of a request to a known method, with the condition for which it would be refused now.

        Nothing is carried out, and neither the rate limit nor a deviation is looked at. Raises `KeyError` for an
        unknown method.
        """
        call = self.read(request)
        method = self.methods[call.method]
        context = Context.of(method, request, self._variant.understood(call, method), self._worlds, self._variant)
        phases = (phase for phase in self._variant.phases if phase is not Phase.RATE)
        for condition, code, _ in itertools.chain.from_iterable(self._found_in(phase, context) for phase in phases):
            if self._variant.names.get((method.name, condition), code) != OK:
                context.condition = condition
                return context
        context.condition = LOST_AFTER if self._lost(context) else None
        return context

    def wait_s(self, context: Context) -> int:
        """Return the seconds until the rate limit admits the request of this context, without counting it."""
        world, name = context.world, context.method.name
        bucket = world.buckets.get(name)
        full = bucket is not None and bucket.is_full(world.clock.now)
        return bucket.wait_s(world.clock.now) if bucket is not None and full else 0

    def rule_of(self, method: str, condition: str) -> Rule | None:
        """Return the rule of the page by which this condition is refused or warned of."""
        rules = self.methods[method].rules
        checks = itertools.chain.from_iterable(self._checks[method].values())
        code = next((code for check, code in checks if check.condition == condition), None)
        by_condition = (rule for rule in rules if condition in rule.conditions)
        by_code = (rule for rule in rules if code is not None and rule.code == code)
        return next(itertools.chain(by_condition, by_code), None)

    def _noted(self, request: Received, call: Call, received_at: float) -> ReceivedCall:
        return ReceivedCall(
            number=next(self._numbers),
            method=call.method,
            verb=request.verb,
            headers=request.headers,
            query=call.query,
            form=call.form,
            json=call.json,
            token=call.token,
            basic=call.basic,
            received_at=received_at,
            world_time=0.0,
            size=len(request.target) + len(request.body) + sum(len(name) + len(text) for name, text in request.headers),
            request=request,
        )

    def _observe(self, call: ReceivedCall, world: WorldFacts | None, reply: Reply) -> None:
        if self.observers:
            call.reply = reply
        for observer in tuple(self.observers):
            observer(call, world)

    @staticmethod
    def _injected(context: Context, noted: ReceivedCall) -> Injected | None:
        """Return what the first injection that applies does to the call, which counts as one of its times."""
        for injection in context.world.injections:
            if injection.applies_to(context.method):
                injection.times -= 1
                noted.injected = injection.name
                return injection.make(context.method)
        return None

    def _decided(self, context: Context) -> Reply:
        """Return a refusal for the first finding that is enforced, else a success."""
        for condition, code, details in self._found(context):
            context.condition = condition
            enforced = self._applied.refusal(self._variant.names.get((context.method.name, condition), code), context)
            if enforced is not None and enforced != OK:
                context.code = enforced
                self._spend(context)
                reply = _by_gateway(enforced) or _refusal(enforced, self._explained(context, details))
                break
        else:
            context.condition = None
            reply = Reply(self._success(context.document), status=self._variant.success_status)
        return self._with_headers(self._with_warnings(reply, context), context)

    def _found(self, context: Context) -> Iterator[Found]:
        """Yield the findings in order, lazily: a later one is only looked for if the earlier ones are not enforced."""
        context.authenticated = False
        for phase in self._variant.phases:
            yield from self._found_in(phase, context)
            context.authenticated = context.authenticated or phase is Phase.AUTHENTICATION
        condemned = self._applied.condemns(context)
        if condemned is not None:
            yield "deviation", condemned, {}
        context.document, change = EFFECTS[str(context.method.effect.get("kind", "none"))](context)
        change()
        self._spend(context)
        lost = self._lost(context)
        if lost is not None:
            yield LOST_AFTER, lost, {}

    def _found_in(self, phase: Phase, context: Context) -> Iterator[Found]:
        for check, code in self._variant.order(self._checks[context.method.name][phase]):
            if check.holds(context):
                yield check.condition, code, check.details(context)

    def _lost(self, context: Context) -> str | None:
        """Return the code of a failure after the change was made, `None` if there is none."""
        fails = context.world.service.storage_failure is StorageFailure.AFTER_COMMIT
        return self._codes[context.method.name].get(LOST_AFTER) if fails else None

    def _spend(self, context: Context) -> None:
        one_shots = context.one_shots
        if one_shots and (self._applied.spends(context) or self._variant.refusals_spend):
            for value in one_shots:
                value.used, value.used_by = True, context.delivery

    def _explained(self, context: Context, details: Mapping[str, object]) -> Mapping[str, object]:
        match self._variant.explanations:
            case "none":
                return {}
            case "always" if "response_metadata" not in details:
                return {**details, "response_metadata": {"messages": [f"[ERROR] {context.condition}"]}}
            case _:
                return details

    def _success(self, document: Mapping[str, object]) -> Mapping[str, object]:
        bare = self._variant.bare_success
        return {"ok": True, **{name: value for name, value in document.items() if not bare or name in PROMISED}}

    def _with_warnings(self, reply: Reply, context: Context) -> Reply:
        """Add the warnings that the page lists, in both places."""
        variant, known = self._variant, context.method.warning_codes
        warnings = [self._warnings[condition] for condition in context.call.warnings if condition in self._warnings]
        if not variant.warns_everywhere:
            warnings = [code for code in warnings if code in known]
        if context.code is not None and not variant.warns_on_failure:
            warnings = []
        warnings += filter(None, [variant.unlisted_warning])
        if not warnings or reply.document is None:
            return reply
        metadata = reply.document.get("response_metadata")
        document = {key: value for key, value in reply.document.items() if key != "response_metadata"}
        if "warning" in variant.warning_places:
            document["warning"] = ",".join(warnings)
        if "response_metadata" in variant.warning_places:
            metadata = {**(metadata if isinstance(metadata, dict) else {}), "warnings": warnings}
        if metadata:
            document["response_metadata"] = metadata
        return replace(reply, document=document)

    def _with_headers(self, reply: Reply, context: Context) -> Reply:
        headers, status = list(reply.headers), reply.status
        if context.code is not None:
            usual = THROTTLED_STATUS if context.condition == "rate.exceeded" else status
            status = self._variant.statuses.get(context.code, usual)
        if context.authenticated and context.token is not None:
            headers.append(("x-oauth-scopes", ",".join(context.token.scopes)))
        if context.condition == "rate.exceeded" and context.method.name not in self._variant.silent_on_retry:
            headers.append(("retry-after", self._when_to_retry(context)))
        return replace(reply, headers=tuple(headers), status=status)

    def _when_to_retry(self, context: Context) -> str:
        world = context.world
        wait = world.buckets[context.method.name].wait_s(world.clock.now)
        if self._variant.retry_after == "seconds":
            return str(wait)
        return formatdate(math.ceil(time.time()) + wait, usegmt=True)


def checks_of(method: Method) -> dict[Phase, tuple[tuple[Check, str], ...]]:
    """Return by phase the checks of the method for which its page has a code, with that code."""
    return documented(_checks_of(method), method)


def _checks_of(method: Method) -> tuple[Check, ...]:
    return (*transport.CHECKS, *access.CHECKS, *arguments.checks_of(method), *access.GRANT_CHECKS)


def conditions_of(method: Method) -> set[str]:
    """Return every condition that the sandbox can find in a request to this method, or warn of."""
    return {LOST_AFTER, *WARNINGS, *(check.condition for check in _checks_of(method))}


def require_known_conditions(catalog: Catalog) -> None:
    """Raise `DataError` if the page of a method gives a code to a condition that nothing here ever finds."""
    for method in catalog.methods.values():
        known = {arguments.OTHER, *conditions_of(method)}
        for rule in method.rules:
            for condition in rule.conditions:
                if condition not in known:
                    problem = f"no check in conformance/sandbox finds the condition {condition!r}."
                    raise DataError("fixtures", f"{rule.id}.conditions", problem, suggestion(condition, known))


def _refusal(code: str, details: Mapping[str, object]) -> Reply:
    document = {"ok": False, "error": code, **details}
    return Reply(document, headers=(*FIXED_HEADERS, ("x-slack-failure", code)))


def _warnings_in(reply: Reply) -> tuple[str, ...]:
    warning = (reply.document or {}).get("warning")
    return tuple(warning.split(",")) if isinstance(warning, str) else ()


def _by_gateway(code: str) -> Reply | None:
    """Return the answer of a gateway if the code stands for one, else `None`."""
    if not code.startswith(GATEWAY):
        return None
    page = b"<!DOCTYPE html><title>Gateway</title><p>This answer does not come from the method."
    return Reply(status=int(code.removeprefix(GATEWAY)), headers=(("content-type", "text/html"),), body=page)
