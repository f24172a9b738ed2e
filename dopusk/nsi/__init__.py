"""Dictionaries of НСИ: those of the stand, those the user imported, and what is known of kinds."""

from dopusk.nsi.library import Library, library
from dopusk.nsi.model import Dictionary, NsiError, Origin, Passport
from dopusk.nsi.policy import Policy, policy

__all__ = [
    "Dictionary",
    "Library",
    "NsiError",
    "Origin",
    "Passport",
    "Policy",
    "library",
    "policy",
]
