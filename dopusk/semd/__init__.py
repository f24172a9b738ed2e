"""СЭМД: reading, every layer of checks, and the cross-checks with request and control example."""

from dopusk.semd.case import check_against_case
from dopusk.semd.check import check_document, check_file, check_kind
from dopusk.semd.document import SemdDocument
from dopusk.semd.report import LAYERS, DocumentReport, LayerResult
from dopusk.semd.request import check_against_request
from dopusk.semd.version import check_version

__all__ = [
    "LAYERS",
    "DocumentReport",
    "LayerResult",
    "SemdDocument",
    "check_against_case",
    "check_against_request",
    "check_document",
    "check_file",
    "check_kind",
    "check_version",
]
