"""The worlds of a sandbox: created on request, found by the credentials of a request, dropped when unused."""

from __future__ import annotations

import math
import secrets
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from .facts import App, Bucket, OneShot, Token, TokenKind, User, Workspace, WorldClock, WorldFacts
from .journal import Journal
from .states import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..catalog.model import Method
    from .journal import ReceivedCall
    from .minting import Mint

EXPIRES_S = 300
"""Seconds without use after which a world is dropped."""
UNLIMITED = 1_000_000_000
"""A rate in requests per minute that no client reaches."""
MOST_WORLDS = 20_000
"""Maximum number of worlds; beyond it the least recently used one is dropped."""
MOST_CREDENTIALS = 250_000
"""Maximum number of tokens, codes and other credentials in all worlds, some 70 MB; beyond it the same is done."""
MOST_TOKENS = 1000
"""Maximum number of tokens that one world gives out; beyond it the oldest one is forgotten."""
MOST_NOTED_BYTES = 64 * 1024 * 1024
"""Maximum size in bytes of the requests in all journals; beyond it the least recently used world is dropped."""
LIVES_S = {"trigger": 3.0, "code": 600.0}
"""Lifetime in seconds of each kind of one-shot value."""
SCOPES = {
    "channels:read": "workspace",
    "channels:history": "workspace",
    "chat:write": "workspace",
    "commands": "workspace",
    "files:read": "workspace",
    "files:write": "workspace",
    "groups:read": "workspace",
    "im:read": "workspace",
    "users:read": "workspace",
    "identity.basic": "person",
    "identity.email": "person",
}
"""Every scope with its type; one request may ask for scopes of one type only."""
ASKED_SCOPES = "channels:read,chat:write"
MIXED_SCOPES = "channels:read,identity.basic"


ONE_SHOT_KINDS = ("trigger", "code")
"""Names of one-shot values, which are handed out as lists since each successful request uses one up."""
STANDING = "standing"
"""The id of the world that is handed out at the start."""
STANDING_ONE_SHOTS = 400
"""Number of one-shot values of each kind in the world that is handed out at the start: enough for a run."""
MOST_ONE_SHOT = 100
"""Maximum number of one-shot values of each kind in one world."""
ALWAYS = ("token", "scopes_mixed")
"""Values that may be sent to any method, whether its page lists an argument for them or not."""
CREDENTIALS = ("client_id", "client_secret", "refresh_token")
"""Credentials that are sent together with a code."""


class WorldStore:
    """All worlds, indexed by the tokens, client credentials, codes, triggers and refresh tokens that belong to them."""

    def __init__(
        self,
        mint: Mint,
        *,
        real_time: bool,
        clock: Callable[[], float] = time.monotonic,
        lives_s: Mapping[str, float] | None = None,
        window_s: int | None = None,
    ) -> None:
        """Start without worlds; `clock` returns the real time in seconds, by which unused worlds are dropped.

        `lives_s` overrides the lifetimes of one-shot values, `window_s` the window of small rate limits.
        """
        self._mint, self._real_time, self._clock = mint, real_time, clock
        self._lives_s, self._window_s = {**LIVES_S, **(lives_s or {})}, window_s
        self._touched: dict[str, float] = {}
        self._worlds: dict[str, WorldFacts] = {}
        self._owners: dict[str, WorldFacts] = {}
        self._size: dict[str, int] = {}
        """The number of credentials of each world, by its id."""
        self._held = 0
        self._noted = 0
        """The size in bytes of the requests in the journals of all worlds."""
        self._lock = threading.Lock()
        self.strays = Journal()
        """The calls whose credentials belong to no world."""
        self.nowhere = self._made("nowhere", "healthy", 0, (), {})

    def __len__(self) -> int:
        """Return the number of worlds."""
        return len(self._worlds)

    def create(
        self, state: str, one_shot: int, kinds: Iterable[str], own: Mapping[str, str] | None = None
    ) -> WorldFacts:
        """Create a world in this state, with `one_shot` one-shot values of each of these kinds.

        `own` has values to use instead of made-up ones (`GIVEN`). Raises `ValueError` if another world has one of them.
        """
        world = self._made(f"w-{secrets.token_hex(6)}", state, one_shot, kinds, self._lives_s)
        if own:
            _give(world, own)
            for name, value in own.items():
                if name != "redirect_uri" and value in self._owners:
                    raise ValueError(f"Another world has this {name} already: close that world first.")
        self._enter(world)
        with self._lock:
            self._touched[world.id] = self._clock()
        return world

    def stand(self, one_shot: int, kinds: Iterable[str]) -> WorldFacts:
        """Create a healthy world that is never dropped, with values that do not expire and without a rate limit."""
        kinds = tuple(kinds)
        world = self._made(STANDING, "healthy", one_shot, kinds, dict.fromkeys(kinds, math.inf))
        world.bucket = Bucket(UNLIMITED)
        self._enter(world)
        return world

    def _enter(self, world: WorldFacts) -> None:
        with self._lock:
            self._purge()
            self._worlds[world.id], self._size[world.id] = world, 0
            for credential in _credentials(world):
                self._own(credential, world)

    def get(self, name: str) -> WorldFacts | None:
        """Return the world with this id, or `None`; this counts as use."""
        with self._lock:
            self._purge()
            world = self._worlds.get(name)
            if world is not None:
                self._touch(world)
            return world

    def delete(self, name: str) -> bool:
        """Drop a world; return `False` if there is none with this id."""
        with self._lock:
            world = self._worlds.get(name)
            if world is not None:
                self._drop(world)
            return world is not None

    def owner(self, credential: str | None) -> WorldFacts | None:
        """Return the world that a credential belongs to, or `None`; this counts as use."""
        world = self._owners.get(credential) if credential else None
        if world is not None:
            with self._lock:
                self._touch(world)
        return world

    def issue(self, world: WorldFacts, kind: str, redirect_uri: str | None) -> OneShot:
        """Add a one-shot value of this kind, like those with which the world was created.

        `redirect_uri` is the address with which it was asked for: `None` is the usual one, an empty text none at all.
        """
        model = world.models[kind]
        asked = model.redirect_uri if redirect_uri is None else redirect_uri or None
        age = world.models[kind].issued_at
        value = replace(model, value=self._mint.one_shot(kind), issued_at=world.clock.now + age, redirect_uri=asked)
        world.one_shots[kind][value.value] = value
        with self._lock:
            if world.id in self._worlds:
                self._own(value.value, world)
        return value

    def note(self, world: WorldFacts | None, call: ReceivedCall) -> None:
        """Enter a call into the journal of this world, or among the strays without one."""
        journal = world.journal if world is not None else self.strays
        before = journal.size
        journal.note(call)
        with self._lock:
            if world is not None and world.id in self._worlds:
                self._noted += journal.size - before

    def minted(self, world: WorldFacts, kind: TokenKind, scopes: list[str]) -> Token:
        """Return a new token for the world's user or bot, which is not valid until it is adopted."""
        return Token(self._mint.token(kind), kind, world.bot if kind is TokenKind.BOT else world.user, scopes)

    def adopt(self, world: WorldFacts, token: Token) -> None:
        """Make a minted token valid in the world."""
        world.tokens[token.value] = token
        with self._lock:
            if world.id in self._worlds:
                self._own(token.value, world)
            if len(world.tokens) > MOST_TOKENS:
                oldest = next(value for value in world.tokens if value != world.token.value)
                del world.tokens[oldest]
                self._disown(oldest, world)

    def identify(self, letter: str) -> str:
        """Return an id for a new object."""
        return self._mint.id(letter)

    def _made(
        self, name: str, state: str, one_shot: int, kinds: Iterable[str], lives_s: Mapping[str, float]
    ) -> WorldFacts:
        mint = self._mint
        clock = WorldClock.started(real_time=self._real_time)
        user = User(mint.id("U"), "installer", "installer@example.com")
        bot = User(mint.id("U"), "bot", "bot@example.com")
        token = Token(mint.token(TokenKind.WORKSPACE), TokenKind.WORKSPACE, user, ["channels:read", "commands"])
        refresh_token, redirect_uri = mint.refresh_token(), mint.redirect_uri()
        world = WorldFacts(
            id=name,
            clock=clock,
            workspace=Workspace(mint.id("T"), "A workspace that is not real"),
            app=App(mint.id("A"), mint.client_id(), mint.client_secret(), redirect_uri),
            user=user,
            bot=bot,
            token=token,
            refresh_token=refresh_token,
            tokens={token.value: token},
            refresh_tokens={refresh_token},
        )
        for kind in kinds:
            fresh = (
                OneShot(
                    mint.one_shot(kind),
                    user,
                    world.app,
                    clock.now,
                    lives_s.get(kind, LIVES_S["code"]),
                    redirect_uri=redirect_uri if kind == "code" else None,
                )
                for _ in range(one_shot)
            )
            world.one_shots[kind] = {value.value: value for value in fresh}
        STATES[state](world, mint)
        for kind, values in world.one_shots.items():
            for value in values.values():
                # The model's time of issue is relative to now.
                world.models[kind] = replace(value, issued_at=value.issued_at - clock.now)
                break
        if world.bucket is not None and self._window_s is not None:
            world.bucket.window_s = self._window_s
        return world

    def _own(self, credential: str, world: WorldFacts) -> None:
        self._owners[credential] = world
        self._size[world.id] += 1
        self._held += 1

    def _disown(self, credential: str, world: WorldFacts) -> None:
        if self._owners.pop(credential, None) is not None:
            self._size[world.id] -= 1
            self._held -= 1

    def _touch(self, world: WorldFacts) -> None:
        """Move the world to the end of the queue. The caller holds the lock."""
        if self._touched.pop(world.id, None) is not None:
            self._touched[world.id] = self._clock()

    def _purge(self) -> None:
        """Drop the worlds that were unused for too long. The caller holds the lock."""
        before = self._clock() - EXPIRES_S
        while self._touched:
            oldest, touched = next(iter(self._touched.items()))
            few = len(self._touched) < MOST_WORLDS and self._held < MOST_CREDENTIALS
            if touched > before and few and self._noted < MOST_NOTED_BYTES:
                return
            self._drop(self._worlds[oldest])

    def _drop(self, world: WorldFacts) -> None:
        del self._worlds[world.id]
        self._touched.pop(world.id, None)
        for credential in _credentials(world):
            self._owners.pop(credential, None)
        self._held -= self._size.pop(world.id)
        self._noted -= world.journal.size


def _credentials(world: WorldFacts) -> Iterable[str]:
    yield from list(world.tokens)
    yield world.app.client_id
    yield world.app.client_secret
    yield world.refresh_token
    for values in world.one_shots.values():
        yield from values


GIVEN = ("token", "client_id", "client_secret", "redirect_uri", "refresh_token")
"""Values that the author of a test may choose for a world."""


def _give(world: WorldFacts, own: Mapping[str, str]) -> None:
    """Replace the made-up values by these. Raises `ValueError` for a name that is not in `GIVEN`."""
    for name, value in own.items():
        match name:
            case "token":
                del world.tokens[world.token.value]
                world.token.value = value
                world.tokens[value] = world.token
            case "client_id" | "client_secret":
                setattr(world.app, name, value)
            case "redirect_uri":
                for issued in (*world.models.values(), *world.one_shots.get("code", {}).values()):
                    if issued.redirect_uri == world.app.redirect_uri:
                        issued.redirect_uri = value
                world.app.redirect_uri = value
            case "refresh_token":
                if world.refresh_token in world.refresh_tokens:
                    world.refresh_tokens = {value}
                world.refresh_token = value
            case _:
                raise ValueError(f"A world has no {name!r} of its own; there are {', '.join(GIVEN)}.")


def values_of(world: WorldFacts) -> dict[str, object]:
    """Return all values of a world."""
    return {
        "token": world.token.value,
        "scopes": ASKED_SCOPES,
        "scopes_mixed": MIXED_SCOPES,
        "client_id": world.app.client_id,
        "client_secret": world.app.client_secret,
        "redirect_uri": world.app.redirect_uri,
        "refresh_token": world.refresh_token,
        **{kind: list(issued) for kind, issued in world.one_shots.items()},
    }


def names_for(method: Method | None) -> frozenset[str]:
    """Return the names of the values that can be sent to a method; without a method, all names."""
    everything = {*ALWAYS, *CREDENTIALS, *ONE_SHOT_KINDS, "scopes", "redirect_uri"}
    if method is None:
        return frozenset(everything)
    named = {(argument.value or "").removeprefix("$") for argument in method.arguments.values()}
    kinds = {argument.kind for argument in method.arguments.values()}
    with_client = CREDENTIALS if "client-id" in kinds else ()
    return frozenset(everything & {*named, *ALWAYS, *with_client})
