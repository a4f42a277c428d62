"""The plugin does what a pytest user expects, and nothing to anybody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import RuleKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

ONE_CASE = "oauth.access.code_already_used"


def test_an_unrelated_run_is_not_changed_in_anything(command: Runner, tmp_path: Path) -> None:
    """Not by a file, a header, an exit code, a mark: the same text with the plugin and without."""
    from tests.running import _runner  # noqa: PLC0415

    (tmp_path / "test_mine.py").write_text("def test_good(): pass\ndef test_bad(): assert 0\n", encoding="utf-8")
    pytest_in = _runner(tmp_path, "pytest", "-p", "no:cacheprovider", "-v")
    environment = {"CONFORMANCE_TARGET": "not a url", "CONFORMANCE_PROFILE": "/nowhere.toml"}
    with_it = pytest_in("-p", "slack_conformance.plugin", "test_mine.py", env=environment)
    without = pytest_in("-p", "no:slack_conformance.plugin", "test_mine.py")
    assert with_it.code == without.code == 1
    assert _plain(with_it.text) == _plain(without.text)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["test_mine.py"]


LISTS = """
import sys
def pytest_unconfigure():
    print("LOADED", *sorted(sys.modules))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("ours", "expected"), [((), False), (("--pyargs", "slack_conformance", "-k", ONE_CASE), True)])
def test_an_unrelated_run_does_not_pay_for_ours(tmp_path: Path, ours: tuple[str, ...], *, expected: bool) -> None:
    """The plugin is loaded in every pytest run of an environment; what it needs for a case is not."""
    from tests.running import _runner  # noqa: PLC0415

    (tmp_path / "test_mine.py").write_text("def test_good(): pass\n", encoding="utf-8")
    (tmp_path / "lists.py").write_text(LISTS, encoding="utf-8")
    bare = (
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-p",
        "no:xdist",
        "-p",
        "lists",
        "-p",
        "slack_conformance.plugin",
    )
    finished = _runner(tmp_path, "pytest", *bare)(*ours or ("test_mine.py",))
    assert finished.code == 0, finished.text
    (line,) = [line for line in finished.text.splitlines() if line.startswith("LOADED ")]
    dear = {
        "requests",
        "urllib3",
        "h11",
        "ssl",
        "jsonschema",
        "slack_conformance.judge",
        "slack_conformance.catalog.model",
    }
    assert (dear & {*line.split()}) == (dear if expected else set())


def _plain(text: str) -> str:
    text = re.sub(r"in \d+\.\d+s", "in 0s", text)
    return re.sub(r"(?m)^(plugins|metadata): .*$", "", text)


def test_a_run_by_package_name_in_an_empty_folder(suite: Runner) -> None:
    """All cases pass on the embedded sandbox, all rows are seen, and the exit code is 0."""
    finished = suite()
    assert finished.code == 0, finished.text
    assert finished.footer["counts"]["PASS"] == len(load_catalog().cases)
    rows = finished.footer["rows"]
    assert set(rows["seen"]) == {rule.id for rule in load_catalog().rules if rule.kind is not RuleKind.STATEMENT}
    assert (rows["other_reading"], rows["not_reachable"], rows["excluded"]) == ([], [], [])
    assert finished.footer["sentence"].startswith("embedded sandbox conforms.")
    assert (finished.folder / "reports/conformance.html").is_file()


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (["-k", ONE_CASE], lambda case: case.id.startswith(ONE_CASE)),
        (["-m", "content_types and should"], lambda c: c.rule.concern == "content_types" and c.strength == "should"),
    ],
)
def test_selection(suite: Runner, selection: list[str], chosen: object) -> None:
    """`-k` and `-m` run what they name, and the sentence says that the run is partial."""
    expected = {case.id for case in load_catalog().cases if chosen(case)}  # type: ignore[operator]
    assert expected
    finished = suite(*selection)
    assert finished.code == 0, finished.text
    assert set(finished.verdicts) == expected
    total = len(load_catalog().cases)
    assert finished.footer["sentence"].startswith(f"Partial run: {len(expected)} of {total} cases.")


def test_neither_workers_nor_a_random_order_change_a_verdict(suite: Runner) -> None:
    """Cases share no world and no one-shot value, so neither the number of processes nor the order can matter."""
    finished = suite("-n", "2", "-p", "randomly", "--randomly-seed=20261121")
    assert finished.code == 0, finished.text
    assert finished.verdicts == dict.fromkeys((case.id for case in load_catalog().cases), "PASS")
    assert finished.footer["requests"]["target"] > len(load_catalog().cases)
    assert "random seed: 20261121" in finished.text or "--randomly-seed=20261121" in finished.text


def test_stop_at_the_first_failure_and_run_the_failed_again(suite: Runner, tmp_path: Path) -> None:
    """`-x` stops, `--lf` runs just what failed."""
    from tests.targets import constant  # noqa: PLC0415

    # Its own cache: that of the checkout belongs to every run which other tests start at the same time.
    cache = ("-o", f"cache_dir={tmp_path / 'cache'}")
    with constant(b'{"ok":true}') as url:
        first = suite("-x", f"--conformance-target={url}", "-m", "must and errors or must and arguments", *cache)
        verdicts = first.verdicts
        again = suite("--lf", f"--conformance-target={url}", *cache)
    assert first.code in {1, 10}, first.text  # a FAIL or an INCONCLUSIVE, whichever the drawn order has first
    assert len(verdicts) < len(load_catalog().cases)
    failed = {case for case, verdict in verdicts.items() if verdict in {"FAIL", "INCONCLUSIVE"}}
    assert failed
    assert set(again.verdicts) == failed


def test_bad_input_is_one_message(suite: Runner, tmp_path: Path) -> None:
    """No traceback, no green exit: what is wrong, where, what to do."""
    (tmp_path / "broken.toml").write_text('url = "http://127.0.0.1:1/"\nkindd = "mock"\n', encoding="utf-8")
    for arguments, words in [
        (["--conformance-target=ftp://x/"], "not a usable URL"),
        (["--conformance-profile=nowhere.toml"], "nowhere.toml: cannot be read"),
        (["--conformance-profile=broken.toml"], "unknown key 'kindd'. Did you mean 'kind'?"),
        (["--conformance-profile=broken.toml", "-n2"], "unknown key 'kindd'. Did you mean 'kind'?"),
        (["--conformance-profile=broken.toml", "--conformance-target=http://127.0.0.1:1/"], "name one of the two"),
    ]:
        finished = suite(*arguments)
        assert finished.code == 4, finished.text
        assert words in finished.text
        assert "Traceback" not in finished.text
