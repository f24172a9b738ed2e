"""What РЭМД checks, as pure functions; findings carry codes of НСИ 305.

Stage 2 and signatures are in `dopusk.remd.checks.document`, which loads the heavier parts of the
engine and is therefore imported by whoever needs it.
"""

from dopusk.remd.checks.callback import check_callback_answer
from dopusk.remd.checks.checksum import checksum_variant, checksum_variants
from dopusk.remd.checks.coarse import check_coarse
from dopusk.remd.checks.exchange import Answered, check_file_exchange
from dopusk.remd.checks.file import check_demanded_file, check_file_answer, decode_file
from dopusk.remd.checks.request import RegisteredItem, RegistryView, check_request
from dopusk.remd.checks.transport import check_transport

__all__ = [
    "Answered",
    "RegisteredItem",
    "RegistryView",
    "check_callback_answer",
    "check_coarse",
    "check_demanded_file",
    "check_file_answer",
    "check_file_exchange",
    "check_request",
    "check_transport",
    "checksum_variant",
    "checksum_variants",
    "decode_file",
]
