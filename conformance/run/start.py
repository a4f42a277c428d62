"""pytest hooks before the first case: order of cases, the plan, and the handler of SIGTERM."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.plan import Plan, plan
from conformance.engine.scripts import exhausts
from conformance.run.cases import case_of, catalog
from conformance.run.options import EMBEDDED, read_options
from conformance.run.target import profile_of_run
from conformance.run.terminal import write_line
from conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from conformance.target.profile import Profile

PLAN: pytest.StashKey[Plan] = pytest.StashKey()
CUT: pytest.StashKey[str] = pytest.StashKey()
"""The name of the signal that ended the run early."""

_HANDLER: pytest.StashKey[object] = pytest.StashKey()


def throttling_last(items: list[pytest.Item]) -> None:
    """Move the cases that use up a rate limit to the end, where they cannot throttle others."""
    last = [item for item in items if (case := case_of(item)) is not None and exhausts(case)]
    if last:
        chosen = set(last)
        items[:] = [item for item in items if item not in chosen] + last


def pytest_report_collectionfinish(config: pytest.Config, items: Sequence[pytest.Item]) -> list[str]:
    """Print the plan in short before the first request."""
    made = plan_of(config, items)
    return [] if made is None else [f"conformance: {line}" for line in made.lines()]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """With `--conformance-plan`, print the whole plan and send nothing."""
    if not read_options(session.config).plan:
        return None
    made = plan_of(session.config, session.items)
    for line in made.lines(whole=True) if made is not None else ["no case is selected"]:
        write_line(session.config, line)
    return True


def stop_on_sigterm(config: pytest.Config) -> None:
    """Make SIGTERM end the run as Ctrl-C does: everything recorded is kept, and every report is written."""
    if _HANDLER in config.stash or threading.current_thread() is not threading.main_thread():
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        config.stash[CUT] = "SIGTERM"
        raise KeyboardInterrupt

    config.stash[_HANDLER] = signal.signal(signal.SIGTERM, stop)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Restore the previous handler of SIGTERM."""
    if _HANDLER in config.stash:
        signal.signal(signal.SIGTERM, config.stash[_HANDLER])  # type: ignore[arg-type]  # what `signal` returned


def plan_of(config: pytest.Config, items: Sequence[pytest.Item]) -> Plan | None:
    """Return the plan of these items, made on the first call; `None` if there is no case, as in xdist's controller."""
    cases = [case for item in items if (case := case_of(item)) is not None and not item.get_closest_marker("skip")]
    if not cases:
        return None
    if PLAN not in config.stash:
        profile = profile_of_run(config) or _embedded()
        config.stash[PLAN] = plan(catalog(), profile, cases)
    return config.stash[PLAN]


def _embedded() -> Profile:
    url = "http://127.0.0.1/api/"
    return replace(profile_of_url(url, EMBEDDED), control="http://127.0.0.1/conformance/v1")
