"""Errors that come from the workspace, the enterprise or the service itself."""

from .catalog.model import Concern
from .run.cases import cases
from .run.evidence import ExaminedCase


@cases(Concern.ERRORS)
def test_errors(evidence: ExaminedCase) -> None:
    """The target answers as the page says, or as another accepted reading of it has it."""
    evidence.conforms()
