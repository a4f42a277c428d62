"""Entry point of the pytest plugin: declares the options, and loads the rest when the suite is collected."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from conformance.report.pytest_html import PytestHtml
from conformance.run.options import ALLURE_OF_WORKER, add_options

_PACKAGE = Path(__file__).parent
_REST = ("conformance.run.hooks", "conformance.run.start")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our options."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Load the other hooks at once in xdist's controller, which does not collect."""
    if hasattr(config, "workerinput"):
        if ALLURE_OF_WORKER in config.workerinput and hasattr(config.option, "allure_report_dir"):
            config.option.allure_report_dir = config.workerinput[ALLURE_OF_WORKER]
        return
    if config.pluginmanager.has_plugin("html"):
        # Here, since pytest-html asks for its columns before anything is collected.
        config.pluginmanager.register(PytestHtml(partial(_sentence, config)), "conformance-pytest-html")
    if getattr(config.option, "numprocesses", None):
        _load(config)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Load the other hooks before the first module of the suite; other runs never load them."""
    if module_path.parent == _PACKAGE:
        _load(parent.config)


def _load(config: pytest.Config) -> None:
    for name in _REST:
        if not config.pluginmanager.has_plugin(name):
            config.pluginmanager.register(import_module(name), name)


def _sentence(config: pytest.Config) -> str:
    reporting: Any = config.pluginmanager.get_plugin("conformance-reporting")
    sentence: str = reporting.sentence()
    return sentence
