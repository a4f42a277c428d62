"""docs/clients.md, made from the runs: a section for each client, with what it sent and what its caller saw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slack_conformance.catalog.values import HEALTHY

from .drivers import version
from .model import REPLAYED, Client, Run, read_clients
from .situations import SITUATIONS, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slack_conformance.sandbox import ReceivedCall

OPENING = """\
# Real clients

What Slack's own clients send for both methods, and what their callers see, in each of twelve situations.
`python -m tests.clients` makes this page: it installs the packages named below, runs each of them against the sandbox,
and writes down what it observed; `tox run -e clients` compares the page with such a run. The rows of SlackKit are
replayed: its packages are not installed, its requests are known from their source, and the table shows what it would be
answered.

Each call starts from arguments that succeed, with a fresh trigger or code. *Returns* and *raises* are what the caller
of the client observes; what the returned value or the exception says follows. The number of requests is given where it
is not one. Where a failure lasts, clients that would retry for half an hour are told to retry once. A client that calls
`auth.test` when it starts would not start with an unknown token, so its token becomes unknown after that. A client that
retries after its own timeout may find the trigger or code used: its first request was carried out.
"""
_PLATFORM = [
    (r"(Python|node)/[\d.]+", r"\1/…"),  # the interpreter
    (r"(slackclient/\S+) .*", r"\1 …"),  # Python's operating system
    (r"(node/…) .*", r"\1 …"),  # Node's
    (r"(slack-api-client/[^;]+; ).*", r"\1…"),  # Java's virtual machine and operating system
]


def page(sections: Iterable[str]) -> str:
    """Return the page with these sections."""
    return "\n".join([OPENING, *sections])


def sections_of(text: str) -> dict[str, str]:
    """Return the sections of a page by their headings."""
    _, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return {section.partition("\n")[0]: section.rstrip("\n") + "\n" for section in sections}


def heading(client: Client) -> str:
    """Return the heading of a client's section."""
    if client.language == REPLAYED:
        return f"## {client.title} ({client.package})"
    number = version(client.language, client.package)
    return f"## {client.title} " + (number if client.title == client.package else f"({client.package} {number})")


def section(client: Client, runs: Sequence[Run]) -> str:
    """Return the section of a client."""
    found = {(run.method, run.situation): run for run in runs}
    methods = list(client.calls)
    made_by = f" An app points it at the sandbox by `{client.made}`." if client.made else ""
    world = f" The world is in the state `{client.world}`." if client.world != HEALTHY else ""
    lines = [heading(client), "", f"{client.note}{made_by}{world}"]
    lines += _table(
        ["method", "called by", "request", "content type", "credentials", "arguments", "User-Agent", "other calls"]
    )
    lines += [
        _row([f"`{method}`", f"`{client.calls[method]}`", *_sent(found[method, "success"])]) for method in methods
    ]
    lines += _table(["situation", *(f"`{method}`" for method in methods)])
    for situation, (words, _) in SITUATIONS.items():
        cells = [
            _saw(found[method, situation]) if (method, situation) in found else "no such setting" for method in methods
        ]
        lines.append(_row([words, *cells]))
    return "\n".join(lines) + "\n"


def _sent(run: Run) -> list[str]:
    call = run.sent[0]
    agent = without_platform(call.header("user-agent") or "")
    others = [
        f"`{name}`" + (f" {run.besides.count(name)} times" if run.besides.count(name) > 1 else "")
        for name in sorted({*run.besides})
    ]
    places = [f"{place}: {', '.join(names)}" for place, names in _arguments(call).items() if names]
    return [
        call.verb,
        f"`{call.header('content-type')}`",
        " and ".join(credentials(call)),
        "; ".join(places),
        f"`{agent}`" if agent else "none",
        ", ".join(others) or "none",
    ]


def without_platform(agent: str) -> str:
    """Return a User-Agent without the interpreter's version and the operating system."""
    for pattern, instead in _PLATFORM:
        agent = re.sub(pattern, instead, agent)
    return agent


def _arguments(call: ReceivedCall) -> Mapping[str, list[str]]:
    return {"query string": list(call.query), "body": [*call.form, *(call.json or {})]}


def credentials(call: ReceivedCall) -> list[str]:
    """Return where token and client credentials travel, as phrases."""
    scheme = (call.header("authorization") or "").partition(" ")[0]
    names = [*call.query, *call.form]
    found = {"bearer": ["token in `Authorization: Bearer`"], "basic": ["client in `Authorization: Basic`"]}
    others = {"token": "token as an argument", "client_secret": "client as arguments"}
    return [*found.get(scheme.lower(), []), *(words for name, words in others.items() if name in names)]


def _saw(run: Run) -> str:
    saw, words = run.saw, []
    if len(run.sent) != 1:
        words.append(f"{len(run.sent)} requests")
    return "; ".join([*words, *observed(run), *_details(saw.fields if run.situation == "success" else ())])


def observed(run: Run) -> list[str]:
    """Return what happened, as phrases: whether the client waited, what the caller got, and what was logged."""
    saw = run.saw
    words = ["waits for Retry-After"] if run.waited_for_retry_after else []
    got = "gets" if run.client.language == REPLAYED else "returns"
    words.append(f"raises {saw.raised}" if saw.raised else f"{got} {saw.returned}")
    if saw.code:
        words.append(f"code {saw.code}")
    if saw.error:
        # What is not a code is a sentence of the client's own, which ends with the body of the answer.
        sentence = " " in saw.error
        words.append(f"error “{saw.error.partition(':')[0]}”" if sentence else f"error `{saw.error}`")
    given = {"status": saw.status if saw.status != 200 else None, "Retry-After": saw.retry_after, "cause": saw.cause}
    words += [f"{name} {value}" for name, value in given.items() if value is not None]
    if saw.warning:
        words.append(f"warning `{saw.warning}`")
    if any(WARNING in line for line in saw.logged):
        words.append("logs the warning")
    return words


def _details(fields: Sequence[str]) -> list[str]:
    return [f"with {', '.join(f'`{name}`' for name in fields)}"] if fields else []


def _table(titles: Sequence[str]) -> list[str]:
    return ["", _row(titles), _row(["---"] * len(titles))]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def made(played: Mapping[str, Sequence[Run] | str]) -> str:
    """Return the whole page. Raises `LookupError` if a client could not run."""
    missing = {runs for runs in played.values() if isinstance(runs, str)}
    if missing:
        raise LookupError("; ".join(sorted(missing)))
    return page(section(client, played[client.id]) for client in read_clients())  # type: ignore[arg-type]
