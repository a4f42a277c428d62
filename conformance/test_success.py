"""Every documented way to send a request succeeds, and the answer has the documented shape."""

from .catalog.model import Concern
from .run.cases import cases
from .run.evidence import ExaminedCase


@cases(Concern.SUCCESS)
def test_success(_evidence: ExaminedCase) -> None:  # noqa: PT019 - the name hides it from `--fixtures`
    """The target answers as the page says, or as another accepted reading of it has it."""
    _evidence.conforms()
