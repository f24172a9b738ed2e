"""The catalogue of requirements: what has to be shown, by what, and what shows it."""

from dopusk.catalogue.attestations import AttestationVerdict, attestation_verdicts
from dopusk.catalogue.coverage import Coverage, ScenarioTags, coverage, discover
from dopusk.catalogue.judgement import Judgement, judge
from dopusk.catalogue.markdown import coverage_page
from dopusk.catalogue.model import (
    Catalogue,
    CatalogueError,
    Condition,
    Level,
    Requirement,
    Verification,
)

__all__ = [
    "AttestationVerdict",
    "Catalogue",
    "CatalogueError",
    "Condition",
    "Coverage",
    "Judgement",
    "Level",
    "Requirement",
    "ScenarioTags",
    "Verification",
    "attestation_verdicts",
    "coverage",
    "coverage_page",
    "discover",
    "judge",
]
