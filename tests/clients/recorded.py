"""Compares what a client sent in this run with its requests in fixtures/clients, which the suite replays as cases."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from tests.running import ROOT

from .table import without_platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Client, Run

    Request = Mapping[str, Any]

REQUESTS = ROOT / "fixtures" / "clients"
COMPARED = ("verb", "authorization", "query", "form", "json", "headers")
"""What makes the shape of a request. Which characters are escaped (`safe`) is not compared."""
_OF_THE_CONNECTION = {"host", "content-length", "authorization", "connection"}
_VERSION = re.compile(r"/\d[\w.-]*")
_RELEASE = re.compile(r"(?i)(linux|darwin|windows)/[^ ;]+")


def request_of(run: Run) -> Request:
    """Return the first request of a run as fixtures/clients has requests: with names for the values of the world."""
    call = run.sent[0]
    headers = [
        [name, _RELEASE.sub(r"\1", value)] for name, value in call.headers if name.lower() not in _OF_THE_CONNECTION
    ]
    found = {
        "verb": call.verb,
        "authorization": (call.header("authorization") or "").partition(" ")[0].lower() or None,
        "query": [[name, run.written.get(value, value)] for name, value in call.query.items()],
        "form": [[name, run.written.get(value, value)] for name, value in call.form.items()],
        "json": json.dumps(call.json) if call.json else None,
        "headers": headers,
    }
    return {name: value for name, value in found.items() if value}


def fixtures_of(client: Client, method: str) -> list[Request]:
    """Return the requests in fixtures/clients one of which the client's must be like."""
    path = REQUESTS / client.like["file"]
    entries = tomllib.loads(path.read_text("utf-8"))["request"] if path.exists() else []
    variant = client.like.get("variant")
    return [one for one in entries if one["method"] == method and variant in {None, one.get("variant", "")}]


def differences(recorded: Request, kept: Request) -> list[str]:
    """Return in what two requests differ, apart from versions: a sentence for each part."""
    found = []
    for part in COMPARED:
        new, old = (_comparable(part, request.get(part)) for request in (recorded, kept))
        if new != old:
            found.append(f"{part} is {new}, in the fixture {old}")
    return found


def nearest(recorded: Request, fixtures: list[Request]) -> list[str]:
    """Return the differences from the fixture with the fewest; one sentence if there is no fixture."""
    if not fixtures:
        return ["fixtures/clients has no such request"]
    return min((differences(recorded, kept) for kept in fixtures), key=len)


def _comparable(part: str, value: Any) -> Any:  # noqa: ANN401 - a part of any type
    if part != "headers":
        return value or None
    return [[name, _VERSION.sub("/…", without_platform(text))] for name, text in value]
