"""The fixtures by which the test of a case is a test: they send, judge, and raise what the verdict calls for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from ..engine import Engine
from ..results.terms import Verdict
from ..results.words import rerun_command
from ..run.cases import catalog
from ..run.evidence import ExaminedCase, Examiner, require_verdict
from ..run.options import EMBEDDED
from ..run.scrub import logs_without
from ..run.terminal import write_line
from ..target.profile import profile_of_url
from .state import RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.model import Case


@pytest.fixture(scope="session", name="_conformance_examiner")
def conformance_examiner(pytestconfig: pytest.Config) -> Iterator[Examiner]:
    """Yield the examiner of this process; starts the embedded sandbox unless another target is named."""
    run, known = pytestconfig.stash[RUN], catalog()
    profile, options = run.profile, run.options
    with contextlib.ExitStack() as stack:
        if profile is None:
            from ..sandbox.server import Sandbox  # noqa: PLC0415 - only a run that needs it may load it

            sandbox = stack.enter_context(Sandbox(known))
            profile = profile_of_url(sandbox.url, EMBEDDED, sandbox.control)
        examiner = run.examiner = Examiner(
            stack.enter_context(
                Engine(
                    known,
                    profile,
                    seed=run.seed,
                    asked_twice=run.asked_twice,
                    explore=run.explores(profile),
                    limit_s=options.max_time,
                    correlate=options.correlate,
                )
            ),
            lambda case: rerun_command(case, options.profile, options.target, run.seed, correlate=options.correlate),
            keep_all=options.reports is not None,
            baseline=run.baseline,
            edition=run.edition,
        )
        if run.worker is None:  # a worker of xdist has no terminal
            examiner.show_waiting(lambda line: write_line(pytestconfig, f"conformance: {line}"))
        with logs_without(examiner.secrets):
            yield examiner
            run.end_cases()


@pytest.fixture(name="_evidence")
def evidence(request: pytest.FixtureRequest, case: Case, _conformance_examiner: Examiner) -> ExaminedCase:
    """Exercise and judge one case. Raises `NotExercised` or `EngineError` if there is no verdict on the target."""
    found = _conformance_examiner.examine(case)
    request.config.stash[RUN].results[request.node.nodeid] = found.result
    if found.result.verdict is not Verdict.PASS:
        import allure  # noqa: PLC0415 - a part of allure-pytest that is loaded already where it is used

        allure.attach(found.proof, name="proof", attachment_type=allure.attachment_type.TEXT)
    return require_verdict(found)
