"""Tokens and client credentials: missing, invalid, revoked, of the wrong type or without permission."""

from .catalog.model import Concern
from .run.cases import cases
from .run.evidence import ExaminedCase


@cases(Concern.AUTHENTICATION)
def test_authentication(_evidence: ExaminedCase) -> None:  # noqa: PT019 - the name hides it from `--fixtures`
    """The target answers as the page says, or as another accepted reading of it has it."""
    _evidence.conforms()
