"""Rate limits, deprecation, maintenance and time limits."""

from conformance.catalog.model import Concern
from conformance.run.cases import cases
from conformance.run.evidence import ExaminedCase


@cases(Concern.AVAILABILITY)
def test_availability(evidence: ExaminedCase) -> None:
    """The target answers as the page says, or as another accepted reading of it has it."""
    evidence.conforms()
