"""Tokens and client credentials: missing, invalid, revoked, of the wrong type or without permission."""

from conformance.catalog.model import Concern
from conformance.run.cases import cases
from conformance.run.evidence import ExaminedCase


@cases(Concern.AUTHENTICATION)
def test_authentication(evidence: ExaminedCase) -> None:
    """The target answers as the page says, or as another accepted reading of it has it."""
    evidence.conforms()
