"""What РЭМД checks, as pure functions; findings carry codes of НСИ 305.

Signatures (`dopusk.remd.signatures`) and the content of the file (`dopusk.remd.document`) load
the heavier parts of the engine and are imported by whoever needs them.
"""

from dopusk.remd.checks.callback import check_callback_answer
from dopusk.remd.checks.checksum import checksum_variant, checksum_variants
from dopusk.remd.checks.coarse import check_coarse
from dopusk.remd.checks.file import (
    FileAnswer,
    Fingerprint,
    JudgedFile,
    check_file_answer,
    check_same_file,
)
from dopusk.remd.checks.metadata import check_metadata, check_replacement
from dopusk.remd.checks.request import RegisteredItem, RegistryView, check_request
from dopusk.remd.checks.transport import check_transport, check_unknown_elements, sender

__all__ = [
    "FileAnswer",
    "Fingerprint",
    "JudgedFile",
    "RegisteredItem",
    "RegistryView",
    "check_callback_answer",
    "check_coarse",
    "check_file_answer",
    "check_metadata",
    "check_replacement",
    "check_request",
    "check_same_file",
    "check_transport",
    "check_unknown_elements",
    "checksum_variant",
    "checksum_variants",
    "sender",
]
