"""Errors that come from the workspace, the enterprise or the service itself."""

from .catalog.model import Concern
from .run.cases import cases
from .run.evidence import ExaminedCase


@cases(Concern.ERRORS)
def test_errors(_evidence: ExaminedCase) -> None:  # noqa: PT019 - the name hides it from `--fixtures`
    """The target answers as the page says, or as another accepted reading of it has it."""
    _evidence.conforms()
