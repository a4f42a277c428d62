"""Why a call was refused, and the nearest request that succeeds; never part of an answer of a method."""

from .explainer import Explainer
from .model import Explanation, Nearest

__all__ = ["Explainer", "Explanation", "Nearest"]
