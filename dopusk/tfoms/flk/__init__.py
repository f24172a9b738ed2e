"""The logical control of registers: the checks of Q015, compiled from tables."""

from dopusk.tfoms.flk.engine import Flk
from dopusk.tfoms.flk.rules import NotTaken, Rule, not_taken, rules

__all__ = ["Flk", "NotTaken", "Rule", "not_taken", "rules"]
