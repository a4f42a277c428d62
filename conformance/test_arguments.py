"""Arguments: required or optional, their form, one-shot values, names that are out of bounds."""

from conformance.catalog.model import Concern
from conformance.run.cases import cases
from conformance.run.evidence import ExaminedCase


@cases(Concern.ARGUMENTS)
def test_arguments(evidence: ExaminedCase) -> None:
    """The target answers as the page says, or as another accepted reading of it has it."""
    evidence.conforms()
