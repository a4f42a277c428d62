"""What we add to pytest-html and to Allure: ours where a case ran, nothing at all where none did."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from slack_conformance.catalog.load import load_catalog
from slack_conformance.plugin.pytest_html import PytestHtml
from slack_conformance.report.allure_files import executor, write_allure_files
from slack_conformance.report.allure_labels import label, labels
from tests.report import build
from tests.results.build import case_result

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult

HEAD = ["<th>Result</th>", "<th>Test</th>"]
NODE = 'test_x.py::test_x["><script>hacked</script>]'
RESULT = replace(case_result("things.make.x", verdict="FAIL"), rule="<b>\u202e")


@dataclass
class Data:
    """What pytest-html hands to its first hook."""

    title: str = "pytest.html"
    table_header: list[str] = field(default_factory=lambda: list(HEAD))
    kept: dict[str, object] = field(default_factory=lambda: {"environment": {"Python": "3"}})

    def set_data(self, key: str, value: object) -> None:
        """Keep a value."""
        self.kept[key] = value


def report(result: CaseResult | None) -> Any:  # noqa: ANN401 - stands for a pytest.TestReport
    """Return a report with or without a record of ours."""
    ours = {} if result is None else {"conformance": result}
    return SimpleNamespace(nodeid=NODE, when="call", **ours)


def row(plugin: PytestHtml, result: CaseResult | None) -> list[str]:
    """Return the cells of a test's row."""
    cells = ['<td class="col-result">Failed</td>', f'<td class="col-testId">{NODE}</td>']
    plugin.pytest_runtest_logreport(report(result))
    plugin.pytest_html_results_table_row(report(result), cells)
    return cells


def test_our_sentence_and_columns_come_first_and_are_escaped() -> None:
    data, prefix = Data(), ["theirs"]
    plugin = PytestHtml(lambda: "<i>It does not conform.")
    plugin.pytest_html_report_title(data)
    cells = row(plugin, RESULT)
    plugin.pytest_html_results_summary(prefix)
    assert len(cells) == len(data.table_header) == len(HEAD) + 4
    link = '<td class="col-verdict"><!--0--><a href="conformance.html#things.make.x.one">FAIL</a></td>'
    assert cells[1:3] == [link, '<td class="col-rule">&lt;b&gt;‹U+202E›</td>']  # noqa: RUF001 - as shown
    assert "<script>" not in cells[-1]
    assert data.title != "pytest.html"
    assert data.kept["environment"] == {}
    assert data.kept["initialSort"] == "verdict"
    assert "&lt;i&gt;It does not conform." in prefix[0]
    assert prefix[1] == "theirs"
    assert len(row(plugin, None)) == len(cells)


def test_failures_come_before_what_could_not_be_tested() -> None:
    plugin = PytestHtml(str)
    plugin.pytest_html_report_title(Data())
    cells = {verdict: row(plugin, case_result("things.make.x", verdict=verdict))[1] for verdict in build.VERDICTS}
    assert sorted(cells, key=lambda verdict: cells[verdict])[:3] == ["FAIL", "ENGINE", "INCONCLUSIVE"]
    assert 'href="conformance.html#things.make.x"' in cells["INCONCLUSIVE"]


def test_without_a_case_of_ours_nothing_is_added() -> None:
    data, prefix = Data(), ["theirs"]
    plugin = PytestHtml(lambda: pytest.fail("nobody asked"))
    plugin.pytest_html_report_title(data)
    cells = row(plugin, None)
    plugin.pytest_html_results_summary(prefix)
    assert data == Data()
    assert prefix == ["theirs"]
    assert cells[1] == f'<td class="col-testId">{NODE}</td>'


def test_without_pytest_html_its_hooks_are_no_error() -> None:
    manager = pytest.PytestPluginManager()
    manager.register(PytestHtml(str))
    manager.check_pending()


@dataclass
class Item:
    """As much of an item as is looked at."""

    loaded: bool
    marks: list[pytest.MarkDecorator] = field(default_factory=list)

    @property
    def config(self) -> Any:  # noqa: ANN401 - stands for a pytest.Config
        """The configuration."""
        return SimpleNamespace(pluginmanager=SimpleNamespace(has_plugin=lambda _: self.loaded))

    def function(self) -> None:
        """Stand for the test."""

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        """Keep the mark."""
        self.marks.append(mark)


def test_every_case_has_labels_by_method_first() -> None:
    cases = load_catalog().cases
    found = [dict(labels(case)) for case in cases]
    assert all("AS_ID" not in one for one in found)  # Allure TestOps reads a number of its own there
    assert all((one["parentSuite"], one["subSuite"]) == (one["epic"], one["story"]) for one in found)
    assert {one["severity"] for one in found} == {"critical", "normal", "minor"}
    assert {one["epic"] for one in found} == {case.method for case in cases}
    assert all(one["story"].startswith(one["epic"]) for one in found)


def test_what_allure_shows_of_the_parameter_is_the_id() -> None:
    assert all(repr(case) == case.id for case in load_catalog().cases)


def test_labels_are_marks_only_where_allure_is_loaded() -> None:
    case = load_catalog().cases[0]
    for loaded in (True, False):
        item: Any = Item(loaded)
        label(item, case)
        kinds = [mark.kwargs.get("label_type") for mark in item.marks if mark.name == "allure_label"]
        assert kinds == (["parentSuite", "suite", "subSuite", "epic", "feature", "story", "severity"] if loaded else [])


def test_allure_is_told_about_the_run_only_where_it_wrote_results(tmp_path: Path) -> None:
    head = {"target": {"name": "a\nb=c\\", "url": "http://127.0.0.1:1/", "kind": "mock"}}
    results = build.results(tmp_path, [build.case("bad_colour")], head=head)
    write_allure_files(tmp_path, results, JOB)
    assert not (tmp_path / "categories.json").exists()
    (tmp_path / "x-result.json").write_text("{}", encoding="utf-8")
    write_allure_files(tmp_path, results, {})
    assert not (tmp_path / "executor.json").exists()
    write_allure_files(tmp_path, results, JOB)
    environment = (tmp_path / "environment.properties").read_text("utf-8").splitlines()
    assert "Conforms.to=Slack Web API: things.make" in environment
    assert "Target=a‹LF›b=c\\\\ (mock)" in environment  # noqa: RUF001 - as shown
    assert {name for one in json.loads((tmp_path / "categories.json").read_text("utf-8")) for name in one} <= CATEGORY
    assert json.loads((tmp_path / "executor.json").read_text("utf-8"))["buildName"] == "nightly #7"


CATEGORY = {"name", "matchedStatuses", "messageRegex"}
JOB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_WORKFLOW": "nightly",
    "GITHUB_RUN_NUMBER": "7",
    "GITHUB_SERVER_URL": "https://git.example",
    "GITHUB_REPOSITORY": "us/mock",
    "GITHUB_RUN_ID": "42",
}


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        (JOB, "https://git.example/us/mock/actions/runs/42"),
        (
            {"GITLAB_CI": "1", "CI_PROJECT_PATH": "a/b", "CI_PIPELINE_IID": "3", "CI_JOB_URL": "https://lab.example/1"},
            "https://lab.example/1",
        ),
        (
            {"JENKINS_URL": "x", "JOB_NAME": "j", "BUILD_NUMBER": "1", "BUILD_URL": "https://j.example"},
            "https://j.example",
        ),
        ({"JENKINS_URL": "x"}, None),
        ({}, None),
    ],
)
def test_the_job_of_a_ci_service_is_known_by_its_variables(variables: dict[str, str], url: str | None) -> None:
    found = executor(variables)
    assert (None if found is None else found["buildUrl"]) == url
