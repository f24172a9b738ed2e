"""The fault plan of a stand: faults as data, counted by call, reported when they happen."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from dopusk.remd.errors import UnknownErrorCodeError, remd_error
from dopusk.tfoms.exchange import Operation
from dopusk.wire.soap import normalise_id

REMD = "remd"
TFOMS, FERZL = "tfoms", "ferzl"
SERVICES = (REMD, "gis", "other_is", "emias", TFOMS, FERZL)
"""Services that can be struck, by their actor in the journal."""


class FaultError(ValueError):
    """A fault is described wrongly; the text says how."""


class Action(StrEnum):
    """What goes wrong."""

    HTTP_STATUS = "http_status"
    """The stand answers with this HTTP status instead of a message."""
    DELAY = "delay"
    """The stand waits before it answers or calls."""
    RESET = "reset"
    """The stand drops the connection without an answer."""
    SOAP_FAULT = "soap_fault"
    MALFORMED = "malformed"
    """The stand answers with bytes that are no XML."""
    REMD_ERROR = "remd_error"
    """РЭМД refuses with a code of НСИ 305 at one of its stages."""
    RESULT_TWICE = "result_twice"
    RESULT_LATE = "result_late"
    RESULT_LOST = "result_lost"
    """The document is registered or refused, and no result is sent."""
    RESULT_FIRST = "result_first"
    """The result is sent before the synchronous answer."""
    RESULT_UNKNOWN = "result_unknown"
    """Before the result another one is sent, for a message that nobody sent."""
    FILE_TWICE = "file_twice"
    """The file is asked for twice in one registration."""
    SLOW_READ = "slow_read"
    """The stand takes this long to read an answer of the МИС."""
    TOKEN_EXPIRED = "token_expired"
    """ТФОМС does not know the token any more, before its time."""
    PROTOCOL_LATE = "protocol_late"
    """The protocol of ФЛК or the result of МЭК is ready this much later."""
    PROTOCOL_LOST = "protocol_lost"
    """ТФОМС has it, does not find it when asked first, and gives it when asked again."""
    PROTOCOL_OTHER = "protocol_other"
    """FNAME_I of the protocol names another package."""
    PROTOCOL_UTF8 = "protocol_utf8"
    PROTOCOL_MALFORMED = "protocol_malformed"
    """The protocol breaks off in the middle."""


class Stage(StrEnum):
    """Where in the flow РЭМД refuses."""

    SYNC = "sync"
    STAGE1 = "stage1"
    STAGE2 = "stage2"


INCOMING = frozenset({"registerDocument", "searchRegistryItem", "getRegistryItem", "demandContent"})
"""Operations that the МИС calls."""
OUTGOING = frozenset({"getDocumentFile", "sendRegisterDocumentResult", "sendDocumentFile"})
"""Operations that the stand calls: they can be delayed, or their answer read slowly."""
REGISTRATION = frozenset(
    {
        Action.RESULT_TWICE,
        Action.RESULT_LATE,
        Action.RESULT_LOST,
        Action.RESULT_FIRST,
        Action.RESULT_UNKNOWN,
        Action.FILE_TWICE,
    }
)
"""Actions that concern a registration as a whole."""

TRANSPORT = frozenset(
    {Action.HTTP_STATUS, Action.DELAY, Action.RESET, Action.SOAP_FAULT, Action.MALFORMED}
)
"""Actions that concern one answer of the stand."""

FLK_PROTOCOL, MEK_RESULT = "flkProtocol", "mekResult"
"""What a ТФОМС makes for a package, counted when it is made."""
OF_OMS = frozenset({*Operation, "getInsuranceStatus"})
"""Operations of ТФОМС, whatever the transport, and of ФЕРЗЛ that the МИС calls."""
DELIVERY = frozenset({Action.PROTOCOL_LATE, Action.PROTOCOL_LOST})
PROTOCOL = DELIVERY | {
    Action.PROTOCOL_OTHER,
    Action.PROTOCOL_UTF8,
    Action.PROTOCOL_MALFORMED,
}
"""Actions that concern the answer of a ТФОМС to a package."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault: it strikes `times` calls of `operation`, beginning with the `nth`."""

    operation: str
    action: Action
    nth: int = 1
    times: int = 1
    local_uid: str | None = None
    """Only calls about this document count; for ТФОМС: FILENAME of the package."""
    status: int = 503
    """For http_status."""
    seconds: float = 0.0
    """For delay, slow_read, result_late, result_twice and protocol_late: stand seconds, before the
    time scale."""
    code: str | None = None
    """For remd_error: a code of НСИ 305."""
    stage: Stage = Stage.SYNC
    text: str | None = None
    """For remd_error and soap_fault: the text instead of the official one."""
    service: str = REMD
    """Which service of the stand is struck: remd, gis, other_is, emias, tfoms, ferzl."""

    def __post_init__(self) -> None:
        """Refuse what cannot be applied."""
        if self.nth < 1 or self.times < 1:
            raise FaultError("Сбой: nth и times считаются от 1")
        if self.seconds < 0:
            raise FaultError("Сбой: seconds не бывает меньше нуля")
        if not 200 <= self.status <= 599:
            raise FaultError(f"Сбой: HTTP {self.status} не статус ответа (200–599)")
        if self.action is Action.REMD_ERROR:
            _known_code(self.code)
        if self.service not in SERVICES:
            raise FaultError(f"Сбой: службы {self.service} нет, есть: {', '.join(SERVICES)}")
        if not self._possible():
            raise FaultError(f"Сбой: {self.action.value} не бывает у операции {self.operation}")

    def _possible(self) -> bool:
        if self.service == TFOMS:
            return self.action in _of_tfoms(self.operation)
        if self.service == FERZL:
            return self.operation == "getInsuranceStatus" and self.action in TRANSPORT
        if self.action in PROTOCOL or self.action is Action.TOKEN_EXPIRED:
            return False
        if self.operation in OUTGOING:
            return self.action in (Action.DELAY, Action.SLOW_READ)
        if self.operation not in INCOMING or self.action is Action.SLOW_READ:
            return False
        of_registration = self.action in REGISTRATION or self.stage is not Stage.SYNC
        return self.operation == "registerDocument" or not of_registration

    @classmethod
    def http_status(cls, status: int, *, operation: str = "registerDocument") -> Self:
        """Return the fault «the next call is answered with this HTTP status»."""
        return cls(operation, Action.HTTP_STATUS, status=status)

    @classmethod
    def refusal(
        cls, code: str, *, stage: str = "sync", operation: str = "registerDocument"
    ) -> Self:
        """Return the fault «РЭМД refuses the next document with this code at this stage»."""
        return cls(operation, Action.REMD_ERROR, code=code, stage=Stage(stage))

    @classmethod
    def result_twice(cls, seconds: float = 0.0) -> Self:
        """Return the fault «the next result is sent again this many stand seconds later»."""
        return cls("registerDocument", Action.RESULT_TWICE, seconds=seconds)

    @classmethod
    def result_late(cls, seconds: float) -> Self:
        """Return the fault «the next result comes this many stand seconds late»."""
        return cls("registerDocument", Action.RESULT_LATE, seconds=seconds)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the fault that JSON describes; raises FaultError in Russian for anything else."""
        unknown = data.keys() - {*cls.__dataclass_fields__}
        if unknown:
            raise FaultError(f"Сбой: неизвестные поля {', '.join(sorted(unknown))}")
        try:
            fields = {
                **data,
                "operation": str(data["operation"]),
                "action": Action(data["action"]),
                "stage": Stage(data.get("stage", "sync")),
                "nth": int(data.get("nth", 1)),
                "times": int(data.get("times", 1)),
                "status": int(data.get("status", 503)),
                "seconds": float(data.get("seconds", 0.0)),
            }
        except KeyError as problem:
            raise FaultError(f"Сбой: нет поля {problem}") from problem
        except (TypeError, ValueError) as problem:
            raise FaultError(f"Сбой: {problem}") from problem
        return cls(**fields)

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def concerns(self, operation: str, local_uid: str | None, service: str) -> bool:
        """Tell whether a call counts for this fault."""
        if operation != self.operation or service != self.service:
            return False
        return self.local_uid is None or (
            local_uid is not None and normalise_id(local_uid) == normalise_id(self.local_uid)
        )


class FaultPlan:
    """The faults that are planned, with how often each has been met. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._met: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Plan one more fault; calls are counted from now on."""
        with self._lock:
            self._met.append((fault, 0))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._met.clear()

    def planned(self) -> tuple[Fault, ...]:
        """Return the faults that may still strike."""
        with self._lock:
            return tuple(fault for fault, met in self._met if met < fault.nth + fault.times - 1)

    def arrive(
        self, operation: str, local_uid: str | None, service: str = REMD
    ) -> tuple[Fault, ...]:
        """Count a call of or by a service and return the faults that strike it."""
        with self._lock:
            if not self._met:
                return ()
            striking = []
            for index, (fault, met) in enumerate(self._met):
                if not fault.concerns(operation, local_uid, service):
                    continue
                self._met[index] = (fault, met + 1)
                if fault.nth <= met + 1 < fault.nth + fault.times:
                    striking.append(fault)
            return tuple(striking)


def _of_tfoms(operation: str) -> frozenset[Action]:
    """Return what can go wrong with an operation of a ТФОМС."""
    if operation == FLK_PROTOCOL:
        return PROTOCOL
    if operation == MEK_RESULT:
        return DELIVERY
    if operation == Operation.TOKEN:
        return TRANSPORT
    return TRANSPORT | {Action.TOKEN_EXPIRED} if operation in {*Operation} else frozenset()


def _known_code(code: str | None) -> None:
    if code is None:
        raise FaultError("Сбой remd_error: укажите code из НСИ 305")
    try:
        remd_error(code)
    except UnknownErrorCodeError as problem:
        raise FaultError(f"Сбой remd_error: кода {code} в НСИ 305 нет") from problem
