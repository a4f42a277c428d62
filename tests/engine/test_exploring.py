"""After a FAIL, further values show what a target does not compare; they change no verdict, and are bounded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from slack_conformance.engine import Engine
from slack_conformance.engine.exploring import Explorer
from slack_conformance.results.terms import Verdict
from slack_conformance.run.evidence import Examiner
from slack_conformance.target.sources import Source
from slack_conformance.target.stock import Listed
from tests.engine.small_servers import CATALOG, REDIRECT, B, Mock, profile, served

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult
    from tests.engine.small_servers import Asked, Said
    from tests.running import Runner

CASES = {case.id: case for case in CATALOG.cases}
PARTS = {"scheme": "scheme", "host": "hostname", "port": "port", "fragment": "fragment", "query": "query"}
NAMES = {
    "scheme": "other-scheme",
    "host": "other-host-same-path",
    "port": "other-port",
    "fragment": "other-fragment-by-form",
    "query": "one-more-parameter",
}


@dataclass
class Careless(Mock):
    """Compares all parts of a redirect_uri but one."""

    ignored: str = ""
    taken: list[str] = field(default_factory=list)
    """Wrong values that were taken for the right one."""

    def oauth(self, asked: Asked) -> Said:
        """Exchange a code."""
        given, right = urlsplit(asked.arguments.get("redirect_uri", "")), urlsplit(REDIRECT)
        wrong = [part for part in (*PARTS.values(), "path", "username") if getattr(given, part) != getattr(right, part)]
        if wrong != [self.ignored]:
            return super().oauth(asked)
        self.taken.append(asked.arguments["redirect_uri"])
        return super().oauth(replace(asked, query={}, form={**asked.arguments, "redirect_uri": REDIRECT}))


def examined(server: Mock, case: str, *, explore: bool = True, **values: Source) -> tuple[CaseResult, int]:
    """Return the result of a case, and how many requests it took."""
    with served(server) as url:
        target = profile(url)
        target = replace(target, values={**target.values, **values})
        engine = Engine(CATALOG, target, explore=explore)
        with engine:
            result = Examiner(engine).examine(CASES[f"{B}.bad_redirect_uri.{case}"]).result
            return result, engine.session.requests.target


@pytest.mark.parametrize("part", PARTS)
def test_the_report_says_which_part_of_an_address_is_not_compared(part: str) -> None:
    result, requests = examined(Careless(ignored=PARTS[part]), NAMES[part])
    assert result.verdict is Verdict.FAIL
    assert f"0 of 8 other-{part};" in result.explored
    assert result.explored.endswith(f": the {part} is not compared.")
    assert requests <= 24


def test_sibling_classes_are_counted_and_the_smallest_value_is_shown() -> None:
    server = Careless(ignored="hostname")
    result, _ = examined(server, "other-host-same-path")
    assert "1 of 1 other-port" in result.explored
    assert min(server.taken, key=len) in result.edit_text
    assert len(server.taken) == 9


def test_values_of_which_the_profile_has_few_are_not_used_up() -> None:
    codes = Listed("a list", [f"code-{number}" for number in range(40)])
    scarce = Source(codes.take, fresh=True, secret=True, said="list", origin="code", once=True, stock=codes)
    result, _ = examined(Careless(ignored="hostname"), "other-host-same-path", code=scarce)
    assert result.verdict is Verdict.FAIL
    assert result.explored == ""


@pytest.mark.parametrize("explore", [True, False])
def test_nothing_is_explored_where_nothing_fails_or_nobody_asked(explore: bool) -> None:  # noqa: FBT001 - a parameter
    passed, requests = examined(Mock(), "other-host-same-path", explore=explore)
    failed, more = examined(Careless(ignored="hostname"), "other-host-same-path", explore=False)
    assert (passed.verdict, failed.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert passed.explored == failed.explored == ""
    assert more == requests


def test_each_rule_and_class_is_explored_once_and_a_run_is_bounded() -> None:
    with served(Careless(ignored="hostname")) as url, Engine(CATALOG, profile(url), explore=True) as engine:
        engine._explorer = Explorer(engine.session, engine._judge, most=3)
        cases = [
            CASES[f"{B}.bad_redirect_uri.{name}"] for name in ("other-host-same-path", "other-host-same-path-by-get")
        ]
        first, second = engine.results(cases)
    assert (
        first.judgement.explored == "Further values refused as documented: 0 of 3 other-host: the host is not compared."
    )
    assert second.judgement.verdict is Verdict.FAIL
    assert second.judgement.explored == ""


@pytest.mark.parametrize(
    ("kind", "options", "explores"), [("mock", (), True), ("real", (), False), ("real", ("--explore",), True)]
)
def test_a_real_target_is_explored_only_if_that_is_asked_for(
    command: Runner, tmp_path: Path, kind: str, options: tuple[str, ...], *, explores: bool
) -> None:
    (tmp_path / "target.toml").write_text(f'url = "http://127.0.0.1:1/api/"\nkind = "{kind}"\n', encoding="utf-8")
    finished = command("run", "--plan", "--profile", "target.toml", *options)
    assert ("where something fails: at most 120 requests more" in finished.text) is explores, finished.text
