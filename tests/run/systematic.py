"""Sandboxes with one fault in many answers: what a mock looks like whose author missed one thing."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox.reply import Reply
from slack_conformance.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from slack_conformance.sandbox.intake import Received

    Alter = Callable[[Received, Reply], Reply]

NAME = "the faulty one"


@contextlib.contextmanager
def faulty(alter: Alter, folder: Path) -> Iterator[str]:
    """Start a sandbox whose answers go through `alter`; yields the file name of its profile in the folder."""
    with Sandbox(load_catalog()) as sandbox:
        answer = sandbox._listener._answer
        sandbox._listener._answer = lambda request: alter(request, answer(request))
        lines = (f'url = "{sandbox.url}"', f'control = "{sandbox.control}"', f'name = "{NAME}"')
        (folder / "target.toml").write_text("\n".join(lines), encoding="utf-8")
        yield "target.toml"


def in_refusals(change: Callable[[Reply], Reply]) -> Alter:
    """Return what changes refusals only."""
    return lambda _, reply: change(reply) if _refuses(reply) else reply


def in_successes(change: Callable[[Reply], Reply]) -> Alter:
    """Return what changes answers that say `ok: true`."""
    return lambda _, reply: change(reply) if reply.document and reply.document.get("ok") is True else reply


def with_document(**fields: object) -> Callable[[Reply], Reply]:
    """Return what sets fields of the document."""
    return lambda reply: replace(reply, document={**(reply.document or {}), **fields})


def without_field(name: str) -> Callable[[Reply], Reply]:
    """Return what drops a field of the document."""
    return lambda reply: replace(
        reply, document={key: value for key, value in (reply.document or {}).items() if key != name}
    )


def without_body(reply: Reply) -> Reply:
    """Drop the body."""
    return replace(reply, document=None, body=b"")


def not_taken(turned_away: Callable[[Received], bool]) -> Alter:
    """Return what answers requests of one kind with a refusal of the framework."""
    page = replace(
        Reply(), document=None, status=404, headers=(("content-type", "text/html"),), body=b"<h1>Not found</h1>"
    )
    return lambda request, reply: page if turned_away(request) else reply


def _refuses(reply: Reply) -> bool:
    return reply.document is not None and reply.document.get("ok") is False
