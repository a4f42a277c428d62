"""Entry point of the pytest plugin: declares options and fixtures, and loads the rest when the suite is collected.

It is loaded in every pytest run of an environment, so this module imports nothing but these. `life_cycle` has the
hooks of a run of the suite, in the order in which pytest calls them, and `state` what they know and find out.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from ..run.options import ALLURE_OF_WORKER, add_options
from .fixtures import slack_audit, slack_sandbox, slack_world

__all__ = [
    "load",
    "pytest_addoption",
    "pytest_configure",
    "pytest_pycollect_makemodule",
    "slack_audit",
    "slack_sandbox",
    "slack_world",
]

_PACKAGE = Path(__file__).parents[1]
_OF_A_RUN = ("slack_conformance.plugin.life_cycle", "slack_conformance.plugin.examining")
"""The modules with hooks and fixtures that only a run of the suite needs."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our options."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Load the hooks of a run at once in xdist's controller, which does not collect."""
    if hasattr(config, "workerinput"):
        if ALLURE_OF_WORKER in config.workerinput and hasattr(config.option, "allure_report_dir"):
            config.option.allure_report_dir = config.workerinput[ALLURE_OF_WORKER]
        return
    if config.pluginmanager.has_plugin("html"):
        from .pytest_html import PytestHtml  # noqa: PLC0415 - only runs with pytest-html need it

        # Here, since pytest-html asks for its columns before anything is collected.
        config.pluginmanager.register(PytestHtml(partial(_sentence, config)), "conformance-pytest-html")
    if getattr(config.option, "numprocesses", None):
        load(config)
    elif getattr(config.option, "markers", False):
        from ..run.cases import declare_marks  # noqa: PLC0415 - only this list and runs need them

        declare_marks(config)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Load the hooks of a run before the first module of the suite; other runs never load them.

    Outside the root folder, pytest would name a module by its file alone, which nobody can paste. The name by which it
    is imported can be pasted: `pytest --pyargs "slack_conformance.test_errors::test_errors[…]"`.
    """
    if module_path.parent != _PACKAGE:
        return None
    load(parent.config)
    if module_path.is_relative_to(parent.config.rootpath):
        return None
    node: pytest.Module = pytest.Module.from_parent(
        parent, path=module_path, nodeid=f"slack_conformance.{module_path.stem}"
    )
    return node


def load(config: pytest.Config) -> None:
    """Register the hooks and fixtures of a run, once."""
    for name in _OF_A_RUN:
        if not config.pluginmanager.has_plugin(name):
            config.pluginmanager.register(import_module(name), name)


def _sentence(config: pytest.Config) -> str:
    """Return the first sentence of every report; pytest-html asks for it only if there was a result."""
    from .state import RUN  # noqa: PLC0415 - loaded by then

    account = config.stash[RUN].account
    return account.sentence if account is not None else ""
