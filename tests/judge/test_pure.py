"""Judging is pure: its modules can import nothing that sends, reads or waits, and it has a judgement for anything."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slack_conformance import judge as package
from slack_conformance.judge.judge import judge
from slack_conformance.judge.model import Shown
from slack_conformance.results.terms import Code, Level, Verdict
from slack_conformance.wire.answer import Answer, read_answer
from tests.invented import INVENTED
from tests.judge.build import GARBLED, SILENCE, method

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Case

MODULES = sorted(Path(str(package.__file__)).parent.glob("*.py"))
ALLOWED = {
    "__future__",
    "collections",
    "collections.abc",
    "dataclasses",
    "difflib",
    "enum",
    "functools",
    "json",
    "typing",
    "jsonschema.exceptions",
    "msgspec",
    "slack_conformance.results.exchange",
    "slack_conformance.results.model",
    "slack_conformance.results.terms",
    "slack_conformance.results.words",
    "slack_conformance.wire.answer",
    "slack_conformance.wire.document",
    "slack_conformance.wire.flaws",
    "slack_conformance.wire.opening",
    "slack_conformance.wire.retry_after",
}
OURS = ("slack_conformance.judge", "slack_conformance.catalog")
IMPURE = {"open", "print", "input", "exec", "eval", "__import__", "compile", "breakpoint"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        f"slack_conformance.{node.module}" if node.level == 2 else node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level != 1
    }
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    others = {name for name in imported - ALLOWED if not name.startswith(OURS)}
    assert others == set()
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called & IMPURE == set()


def test_there_are_modules_to_look_at() -> None:
    assert "judge" in {path.stem for path in MODULES}


CODES = sorted({code for each in INVENTED.methods.values() for code in each.error_codes})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.sampled_from(["missing_napkin", ",", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["warnings", "messages", "a"]), inner, max_size=2)
    ),
    max_leaves=5,
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["Retry-After", "Content-Type", "X"]), st.text(st.characters(codec="latin-1"), max_size=12)
    ),
    max_size=3,
).map(tuple)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Draw a usable answer of any outcome, with anything beside it, or one that is not usable."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([SILENCE, GARBLED]) | st.binary(max_size=30).map(read_answer))
    keys = ["warning", "response_metadata", "access_token", "x"]
    document: dict[str, Any] = dict(draw(st.dictionaries(st.sampled_from(keys), JSON, max_size=3)))
    code = draw(st.none() | st.sampled_from(CODES) | st.text(min_size=1, max_size=9))
    document |= {"ok": True} if code is None else {"ok": False, "error": code}
    return Answer(draw(st.integers(100, 999)), "", draw(HEADERS), b"", document)


SOME_VALUES = st.dictionaries(st.sampled_from(["voucher", "ticket", "token"]), st.just("the list"), max_size=2)
JOURNALS = st.none() | st.dictionaries(
    st.just("permission_requests"), st.lists(st.none(), max_size=2) | st.integers(), max_size=1
)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.sampled_from(INVENTED.cases), st.data())
def test_any_evidence_has_a_judgement(case: Case, data: st.DataObject) -> None:
    base = None if case.edit is None else data.draw(answers(), "base")
    evidence = Shown(
        case,
        method(case),
        data.draw(answers(), "edited"),
        base=base,
        recheck=data.draw(st.none() | answers(), "recheck"),
        minted=data.draw(st.booleans()),
        others=data.draw(st.dictionaries(st.sampled_from([*method(case).bases]), answers(), max_size=3)),
        missing=data.draw(SOME_VALUES),
        once=data.draw(SOME_VALUES),
        base_once=data.draw(SOME_VALUES),
        journal=data.draw(JOURNALS),
        times=data.draw(st.sampled_from([0, 0, 0, 1, 59])),
    )
    judged = judge(evidence)
    levels = {finding.level for finding in judged.findings}
    assert judged.verdict in {Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE}
    assert (judged.verdict is Verdict.INCONCLUSIVE) == (judged.cause is not None)
    assert (judged.verdict is Verdict.FAIL) == (Level.FAIL in levels)
    assert (judged.verdict is Verdict.WARN) == (levels == {Level.WARN})
    assert not (judged.findings and judged.cause)
    assert judged.expected
    assert judged.got
    assert judged.observed == evidence.edited.outcome
    assert judged.reading is None or not {Code.WRONG_CODE, Code.UNDOCUMENTED_CODE, Code.NOT_REFUSED} & {
        finding.code for finding in judged.findings if finding.rule == case.rule.id
    }
    if judged.verdict is Verdict.PASS:
        assert evidence.edited.usable
    if judged.seen:
        assert judged.verdict in {Verdict.PASS, Verdict.WARN}
    assert judge(evidence) == judged
