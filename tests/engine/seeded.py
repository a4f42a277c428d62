"""Sandboxes that are reached by a profile alone: values of a healthy world, no control API, no limit of the rate."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_to_bytes

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.sandbox.variant import PREFERRED
from slack_conformance.target.profile import Profile, read_profile
from slack_conformance.wire.sender import Sender
from tests.results.build import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from slack_conformance.catalog.model import Case
    from slack_conformance.results.model import CaseResult
    from slack_conformance.sandbox.deviation import Deviation
    from slack_conformance.wire.request import Request
    from slack_conformance.wire.sender import Exchange

CATALOG = load_catalog()
UNLIMITED = replace(PREFERRED, requests_a_minute=dict.fromkeys(CATALOG.methods, 10**6))
ONE_SHOT = ("trigger", "code")
SECRET = "client-secret.txt"


@dataclass
class Target:
    """A sandbox that runs, and the values of its standing world."""

    url: str
    folder: Path
    values: dict[str, Any]

    def write(self, *more: str, **specs: str) -> Path:
        """Write a profile: fixed values, but for what `specs` says of a value in TOML, and more lines behind them."""
        (self.folder / SECRET).write_text(self.values["client_secret"], encoding="utf-8")
        (self.folder / "token.txt").write_text(self.values["token"], encoding="utf-8")
        told = {
            name: json.dumps(text)
            for name, text in self.values.items()
            if name in {"scopes", "scopes_mixed", "client_id", "redirect_uri"}
        }
        told |= {"client_secret": f'{{ file = "{SECRET}" }}', "token": '{ file = "token.txt" }', **specs}
        lines = [f'url = "{self.url}"', 'name = "my sandbox"', "[values]"]
        lines += [f"{name} = {spec}" for name, spec in told.items() if spec]
        path = self.folder / "target.toml"
        path.write_text("\n".join([*lines, *more]), encoding="utf-8")
        return path

    def listed(self, name: str, count: int = 100) -> str:
        """Return the first values of this name as a list in TOML."""
        return f"{{ list = {json.dumps(self.values[name][:count])} }}"

    def in_file(self, name: str, count: int = 100, *, keep: bool = False) -> str:
        """Write the first values of this name into a file, and return the list in TOML."""
        file = self.folder / f"{name}s.txt"
        file.write_text("\n".join(self.values[name][:count]), encoding="utf-8")
        return f'{{ list = {{ file = "{file.name}"{", keep = true" if keep else ""} }} }}'


@dataclass
class Run:
    """What came of examining cases: records by case, every request as it was sent, and what was withdrawn."""

    records: dict[str, CaseResult] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    withdrawn: dict[str, str] = field(default_factory=dict)

    def having(self, *verdicts: str) -> list[str]:
        """Return the cases with one of these verdicts."""
        return [case for case, record in self.records.items() if record.verdict in verdicts]

    def kinds(self) -> set[str]:
        """Return the kinds of all causes."""
        return {cause_of(record).kind for record in self.records.values() if record.cause}


@contextlib.contextmanager
def target(folder: Path, deviation: Deviation | None = None) -> Iterator[Target]:
    """Start a sandbox that can be reached by values alone."""
    with Sandbox(CATALOG, deviation=deviation, variant=UNLIMITED) as sandbox:
        yield Target(sandbox.url, folder, sandbox.standing_values())


class _Noting(Sender):
    """A sender that notes what goes out."""

    def __init__(self, requests: list[Request]) -> None:
        super().__init__()
        self._requests = requests

    def send(self, request: Request) -> Exchange:
        self._requests.append(request)
        return super().send(request)

    def send_together(self, requests: Sequence[Request]) -> list[Exchange]:
        self._requests.extend(requests)
        return super().send_together(requests)


def examined(profile: Profile | Path, cases: Iterable[Case] = CATALOG.cases) -> Run:
    """Examine the cases with this profile, to the end of a run."""
    known = profile if isinstance(profile, Profile) else read_profile(profile, CATALOG)
    run = Run()
    examiner = Examiner(Engine(CATALOG, known, sender=_Noting(run.requests)))
    for case in cases:
        run.records[case.id] = examiner.examine(case).result
    run.withdrawn = {case: cause.text for case, cause in examiner.engine.withdrawn().items()}
    examiner.engine.close()
    return run


def carried(request: Request, value: str) -> bool:
    """Whether the value stands in the request, in any of the places for one that works once."""
    return value in unquote(request.url) or value.encode() in unquote_to_bytes(request.body or b"")
