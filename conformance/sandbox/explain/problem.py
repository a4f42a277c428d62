"""One condition in one request, with the facts by which it can be explained and put right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ..worlds import values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...catalog.model import Argument
    from ..context import Context
    from ..facts import OneShot, WorldFacts
    from ..journal import ReceivedCall
    from ..worlds import WorldStore
    from .sent import SentRequest

OF_A_WORLD = "that a world of this sandbox has handed out"


class Repair(NamedTuple):
    """What is wrong with a request, what would be right, and the request with this one thing put right."""

    sent: str
    right: str
    request: SentRequest | None = None
    """`None` if no request puts it right; `right` then says what would have to be different."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A condition that was found in a request."""

    condition: str
    request: SentRequest
    context: Context
    call: ReceivedCall | None
    """The call that is explained, `None` for an example."""
    world: WorldFacts | None
    """The world whose values are to be sent; `None` if no credential of the request is known."""
    worlds: WorldStore

    @property
    def misuse(self) -> str:
        """The condition without the name of its argument or family."""
        return self.condition.partition(".")[2]

    @property
    def now(self) -> float:
        """The time at which the request came, on the clock of its world."""
        return self.call.world_time if self.call is not None else self.context.world.clock.now

    def argument_of(self, kind: str) -> Argument | None:
        """Return the method's first argument of this kind."""
        return next((a for a in self.context.method.arguments.values() if a.kind == kind), None)

    def value_for(self, argument: Argument) -> str:
        """Return a right value for an argument that any value of its kind suits."""
        value = values_of(self.world).get((argument.value or "")[1:]) if self.world is not None else None
        return value if isinstance(value, str) else argument.placeholder or "1"

    def fresh(self, argument: Argument) -> str | None:
        """Return a value for a one-shot argument that can be used now; `None` if this world has none."""
        world = self.world
        if world is None:
            return None
        kind = (argument.value or "").removeprefix("$")
        asked = world.app.redirect_uri
        for value in self.context.one_shots:
            if value.value in world.one_shots.get(kind, {}):
                asked = value.redirect_uri or ""
        unused = [value for value in world.one_shots.get(kind, {}).values() if not _flaws(value, world)]
        same = [value for value in unused if kind != "code" or (value.redirect_uri or "") == asked]
        if same:
            return same[0].value
        model = world.models.get(kind)
        if model is None or _flaws(replace(model, used=False, issued_at=world.clock.now + model.issued_at), world):
            return None
        return self.worlds.issue(world, kind, asked if kind == "code" else None).value

    def with_fresh(self, argument: Argument, sent: str, right: str) -> Repair:
        """Return the repair of a one-shot value that cannot be used."""
        value = self.fresh(argument)
        if value is None:
            needed = f"a world with {argument.name} values that can be used"
            return Repair(sent, f"{right}; this takes {needed}" if self.world else f"{right}, {OF_A_WORLD}")
        return Repair(sent, right, self.request.having(**{argument.name: value}))

    def whose(self, credential: str) -> str:
        """Return in words which world a credential belongs to, as far as it is another one."""
        owner = self.worlds.owner(credential)
        if owner is None:
            return "no world has it"
        return "it is another value of this world" if owner is self.world else "it belongs to another world"


def _flaws(value: OneShot, world: WorldFacts) -> bool:
    return any(flaw(value, world) for flaw in _FLAWS)


_FLAWS: tuple[Callable[[OneShot, WorldFacts], bool], ...] = (
    lambda value, _: value.used,
    lambda value, world: value.expired(world.clock.now),
    lambda value, world: value.app is not world.app,
    lambda value, _: not value.by_first_url,
    lambda value, _: value.user.deleted or not value.user.email_verified,
    lambda value, _: (
        value.conversation is not None and (value.conversation.deleted or not value.conversation.admits_app)
    ),
)
"""What keeps a one-shot value from being accepted."""


def own_credentials(problem: Problem, world: WorldFacts) -> Iterator[str]:
    """Yield the names of the credentials in the request that belong to another world than this one."""
    request, context = problem.request, problem.context
    if context.token_world is not None and context.token_world is not world:
        yield "token"
    for argument in context.method.arguments.values():
        given = request.arguments.get(argument.name)
        if argument.kind == "one-shot" and given and given not in world.one_shots.get((argument.value or "")[1:], {}):
            yield argument.name
