"""Arguments: required or optional, their form, one-shot values, names that are out of bounds."""

from .catalog.model import Concern
from .run.cases import cases
from .run.evidence import ExaminedCase


@cases(Concern.ARGUMENTS)
def test_arguments(_evidence: ExaminedCase) -> None:  # noqa: PT019 - the name hides it from `--fixtures`
    """The target answers as the page says, or as another accepted reading of it has it."""
    _evidence.conforms()
