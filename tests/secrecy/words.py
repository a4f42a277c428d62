"""A sandbox whose credentials are the words that a test chooses, and one run of it in this process."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slack_conformance.baseline.entries import Baseline
from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.deviations import find
from slack_conformance.report.files import write_reports
from slack_conformance.results.io import Results, ResultsWriter, read_results
from slack_conformance.results.model import Target
from slack_conformance.results.terms import TargetKind
from slack_conformance.run.account import Account, header
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.minting import PlainMint
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.sandbox.variant import PREFERRED
from slack_conformance.target.profile import read_profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pytest

    from slack_conformance.catalog.model import Case
    from slack_conformance.results.model import CaseResult
    from slack_conformance.sandbox.facts import TokenKind

CATALOG = load_catalog()
FAULT = "oauth.access.bad_client_secret--any-by-form"
WORDS = ("token", "client_id", "client_secret", "refresh_token")
FIXED = ("scopes", "scopes_mixed", "redirect_uri")


class WordMint(PlainMint):
    """Gives each world the same words, and numbers for what works once."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take the words by the names of the values; what has none is made as usual."""
        super().__init__()
        self._words, self._counted = words, itertools.count(1)

    def token(self, kind: TokenKind) -> str:
        return self._words.get("token") or super().token(kind)

    def client_id(self) -> str:
        return self._words.get("client_id") or super().client_id()

    def client_secret(self) -> str:
        return self._words.get("client_secret") or super().client_secret()

    def refresh_token(self) -> str:
        return self._words.get("refresh_token") or super().refresh_token()

    def one_shot(self, kind: str) -> str:
        return str(next(self._counted)) if self._words else super().one_shot(kind)


@contextlib.contextmanager
def seeded(folder: Path, words: Mapping[str, str], environment: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve with one fault and these credentials; yields the profile that holds them, each as a secret."""
    variant = replace(PREFERRED, mint=lambda: WordMint(words))
    with Sandbox(CATALOG, control=False, deviation=find(FAULT, CATALOG), variant=variant) as sandbox:
        values = sandbox.standing_values()
        lines = [f'url = "{sandbox.url}"', 'name = "the wrong one"', "[values]"]
        for name in WORDS:
            environment.setenv(f"FAKE_{name.upper()}", str(values[name]))
            lines.append(f'{name} = {{ env = "FAKE_{name.upper()}" }}')
        lines += [f"{name} = {json.dumps(values[name])}" for name in FIXED if name in values]
        lines += [f"{name} = {{ list = {json.dumps(values[name])} }}" for name in ("trigger", "code")]
        profile = folder / "target.toml"
        profile.write_text("\n".join(lines), encoding="utf-8")
        yield profile


@dataclass(frozen=True)
class Ran:
    """What a run wrote and how it ended."""

    records: list[CaseResult]
    results: Results
    code: int
    page: str
    summary: str


def run(profile_file: Path, cases: Sequence[Case], folder: Path) -> Ran:
    """Run the cases as a whole run does, without pytest."""
    profile = read_profile(profile_file, CATALOG)
    examiner = Examiner(Engine(CATALOG, profile))
    account = Account(CATALOG, tuple(CATALOG.methods), profile.name, Baseline())
    target, methods = Target("it", profile.url, TargetKind.MOCK), tuple(CATALOG.methods)
    first = header(CATALOG, target, None, methods, 0, readings={}, selected=[case.id for case in cases])
    writer = ResultsWriter(folder / "results.jsonl", first)
    try:
        records = [examiner.examine(case).result for case in cases]
    finally:
        examiner.engine.close()
    for record in records:
        account.add(record)
        writer.write(record)
    code = account.exit_code(0)
    writer.write_footer(account.footer(code, 1.0, None))
    writer.close()
    results = read_results(folder / "results.jsonl")
    page, summary, _ = write_reports(results, folder)
    return Ran(records, results, code, page.read_text("utf-8"), summary.read_text("utf-8"))
