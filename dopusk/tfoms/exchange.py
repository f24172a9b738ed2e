"""Words of the exchange with a ТФОМС that the mock, the scenarios and a МИС have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """States of an account in the ТФОМС. MEK_FAILED is followed by ACCEPTED where a part is paid.

    The first six texts are those of one regional service with a SOAP exchange;
    the last one is named there only in passing, so its text is a convention of the stand.
    """

    QUEUED = "Счет зарегистрирован сервисом счетов и помещен в очередь на ФЛК"
    WAITING = "Счет ожидает обработки"
    FLK_PASSED = "ФЛК пройден"
    FLK_FAILED = "ФЛК не пройден"
    MEK_PASSED = "Предварительный МЭК пройден"
    MEK_FAILED = "Предварительный МЭК не пройден"
    ACCEPTED = "Счет принят"


class Operation(StrEnum):
    """Operations of the exchange as the journal names them, whatever the transport."""

    TOKEN = "token"
    """POST …/token; GetServiceToken."""
    SEND = "sendRegister"
    """POST …/registers; SendProtocolMO; a file in the inbox."""
    STATUS = "registerStatus"
    """GET …/registers/{id}; GetProtocolStatusMO."""
    FLK = "registerFlk"
    """GET …/registers/{id}/flk; GetProtocolErrorsMO; V<FILENAME>.ZIP in the outbox."""
    MEK = "registerMek"
    """GET …/registers/{id}/mek; GetProtocolForMO; the returned ZL_LIST in the outbox."""
    RAK = "registerRak"
    """GET …/registers/{id}/rak; A…ZIP in the outbox."""
    PROFILE = "serviceProfile"
    """GetServiceUserProfile (SOAP only)."""


PASSWORD: Final = "dopusk-test"
"""Password of every login of a МИС in the ТФОМС of the stand; the reset tells it to the МИС."""

TOKEN_MINUTES: Final = 20
"""Life of a token in stand minutes (SOAP flow of one regional service)."""

ASK_AGAIN: Final = ".REQ"
"""A file V<FILENAME>.REQ in the inbox asks for the protocols of a package once more."""
