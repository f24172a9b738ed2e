"""Actions of the exchange with ТФОМС and the values that they answer with (ОМС)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, runtime_checkable

from dopusk.cases import Person
from dopusk.drivers.base import Answer, Submission
from dopusk.oms import RegisterOrder

Item = TypeVar("Item")


class RegisterState(StrEnum):
    """What the МИС says about a register (schemas/openapi/mis-adapter.yaml)."""

    PREPARED = "prepared"
    SENT = "sent"
    REGISTERED = "registered"
    FLK_PASSED = "flk-passed"
    FLK_FAILED = "flk-failed"
    MEK_PASSED = "mek-passed"
    MEK_FAILED = "mek-failed"
    ACCEPTED = "accepted"
    FAILED = "failed"


REGISTER_LABELS: Mapping[RegisterState, str] = MappingProxyType(
    {
        RegisterState.PREPARED: "формируется",
        RegisterState.SENT: "отправлен",
        RegisterState.REGISTERED: "зарегистрирован, ждёт ФЛК",
        RegisterState.FLK_PASSED: "ФЛК пройден",
        RegisterState.FLK_FAILED: "ФЛК не пройден",
        RegisterState.MEK_PASSED: "МЭК пройден",
        RegisterState.MEK_FAILED: "МЭК не пройден",
        RegisterState.ACCEPTED: "принят",
        RegisterState.FAILED: "не отправлен",
    }
)
"""Russian names of the states, for reports."""


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What the МИС learnt about a person's insurance on a day."""

    found: bool
    status: str | None = None
    """Status of the policy as ФЕРЗЛ words it: «Действующий» …"""
    enp: str | None = None
    smo: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @classmethod
    def from_json(cls, data: Answer) -> PolicyAnswer:
        """Return the answer of the МИС; raises ValueError in Russian."""
        found = data.get("found")
        if not isinstance(found, bool):
            raise ValueError("нет поля found: true или false")
        return cls(
            found=found,
            status=_text(data, "status"),
            enp=_text(data, "enp"),
            smo=_text(data, "smo"),
            valid_from=_day(data, "validFrom"),
            valid_to=_day(data, "validTo"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "found": self.found,
            "status": self.status,
            "enp": self.enp,
            "smo": self.smo,
            "validFrom": self.valid_from.isoformat() if self.valid_from else None,
            "validTo": self.valid_to.isoformat() if self.valid_to else None,
        }


@dataclass(frozen=True, slots=True)
class RegisterError:
    """One error of the protocol ФЛК as the МИС shows it."""

    code: str
    """OSHIB: a code of F012 or an id of Q015."""
    field: str | None = None
    """IM_POL."""
    n_zap: str | None = None
    comment: str = ""

    @classmethod
    def from_json(cls, data: Answer) -> RegisterError:
        """Return the error; raises ValueError in Russian."""
        return cls(
            _required(data, "code"),
            _text(data, "field"),
            _text(data, "nZap"),
            _text(data, "comment") or "",
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "code": self.code,
            "field": self.field,
            "nZap": self.n_zap,
            "comment": self.comment,
        }


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """What the МИС shows of one service after МЭК."""

    service_id: str
    """Id of the service in the control order."""
    oplata: str | None = None
    """НСИ F005: 0 no decision, 1 paid, 2 refused, 3 paid in part."""
    sum: Decimal | None = None
    """Accepted roubles."""
    reasons: tuple[str, ...] = ()
    """Codes of НСИ F014."""

    @classmethod
    def from_json(cls, data: Answer) -> CaseStatus:
        """Return the case; raises ValueError in Russian."""
        reasons = data.get("reasons") or []
        if not isinstance(reasons, list):
            raise ValueError("поле reasons: должен быть список кодов F014")
        return cls(
            _required(data, "serviceId"),
            _text(data, "oplata"),
            _money(data, "sum"),
            tuple(str(code) for code in reasons),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "serviceId": self.service_id,
            "oplata": self.oplata,
            "sum": None if self.sum is None else f"{self.sum:.2f}",
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class PackageStatus:
    """What the МИС shows of one package that it sent."""

    name: str
    """FILENAME, without extension."""
    state: RegisterState
    errors: tuple[RegisterError, ...] = ()
    cases: tuple[CaseStatus, ...] = ()

    @classmethod
    def from_json(cls, data: Answer) -> PackageStatus:
        """Return the package; raises ValueError in Russian."""
        return cls(
            _required(data, "name"),
            _state(data),
            _items(data, "errors", RegisterError.from_json),
            _items(data, "cases", CaseStatus.from_json),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "name": self.name,
            "state": self.state.value,
            "errors": [item.to_json() for item in self.errors],
            "cases": [item.to_json() for item in self.cases],
        }


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A service that the МИС did not put into the register."""

    service_id: str
    reason: str
    """The МИС's own Russian words."""

    @classmethod
    def from_json(cls, data: Answer) -> Exclusion:
        """Return the exclusion; raises ValueError in Russian."""
        return cls(_required(data, "serviceId"), _text(data, "reason") or "")

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"serviceId": self.service_id, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class RegisterStatus:
    """What the МИС says about a register: its packages, the newest last."""

    state: RegisterState
    packages: tuple[PackageStatus, ...] = ()
    excluded: tuple[Exclusion, ...] = ()

    @classmethod
    def from_json(cls, data: Answer) -> RegisterStatus:
        """Return the status that the МИС answered with; raises ValueError in Russian."""
        return cls(
            _state(data),
            _items(data, "packages", PackageStatus.from_json),
            _items(data, "excluded", Exclusion.from_json),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "state": self.state.value,
            "packages": [item.to_json() for item in self.packages],
            "excluded": [item.to_json() for item in self.excluded],
        }


@runtime_checkable
class RegisterDriver(Protocol):
    """A driver that can make the МИС exchange with ТФОМС.

    Every method raises DriverUnsupported where the adapter does not have it, DriverError where
    the МИС did not act.
    """

    def policy(self, person: Person, on: date) -> PolicyAnswer:
        """Make the МИС look up the person's policy as of a day."""
        ...

    def send_register(self, order: RegisterOrder) -> Submission:
        """Make the МИС form and send the register of an order."""
        ...

    def correct_register(self, ref: str, order: RegisterOrder) -> Submission:
        """Make the МИС send the cases that ФЛК refused again, mended as the order has them."""
        ...

    def register_status(self, ref: str) -> RegisterStatus:
        """Return what the МИС says about the register."""
        ...


def for_mis(order: RegisterOrder) -> dict[str, Any]:
    """Return the order as the МИС gets it: without policies, which it is to look up itself."""
    data = order.to_json()
    for service in data["services"]:
        service["policy"] = None
    return data


def _required(data: Answer, name: str) -> str:
    value = _text(data, name)
    if value is None:
        raise ValueError(f"нет поля {name} (непустая строка)")
    return value


def _text(data: Answer, name: str) -> str | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"поле {name}: {value!r}, а должна быть строка")
    return value


def _day(data: Answer, name: str) -> date | None:
    text = _text(data, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"поле {name}: {text!r}, а должна быть дата ГГГГ-ММ-ДД") from None


def _money(data: Answer, name: str) -> Decimal | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"поле {name}: {value!r}, а должна быть сумма в рублях") from None
    if not amount.is_finite():
        raise ValueError(f"поле {name}: {value!r}, а должна быть сумма в рублях")
    return amount


def _state(data: Answer) -> RegisterState:
    try:
        return RegisterState(data.get("state", ""))
    except ValueError:
        known = ", ".join(RegisterState)
        raise ValueError(f"поле state: {data.get('state')!r}, а может быть: {known}") from None


def _items(data: Answer, name: str, read: Callable[[Answer], Item]) -> tuple[Item, ...]:
    value = data.get(name)
    if value is None:
        return ()
    if not isinstance(value, Sequence) or not all(isinstance(item, Mapping) for item in value):
        raise ValueError(f"поле {name}: должен быть список объектов")
    return tuple(read(item) for item in value)
