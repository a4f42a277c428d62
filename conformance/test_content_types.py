"""Content types, charsets and bodies: what is refused, what gets a warning, what is accepted."""

from conformance.catalog.model import Concern
from conformance.run.cases import cases
from conformance.run.evidence import ExaminedCase


@cases(Concern.CONTENT_TYPES)
def test_content_types(evidence: ExaminedCase) -> None:
    """The target answers as the page says, or as another accepted reading of it has it."""
    evidence.conforms()
