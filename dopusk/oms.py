"""Control order of ОМС: the synthetic services that a МИС is asked to bring to account.

An order travels with the action like a control example does: the МИС looks the policies up,
forms the register of the reporting month, sends it and does with the answers what is due. The
checks compare what came out with the order. People, policies and sums are synthetic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dopusk.cases import Address, Person


class PolicyStatus(StrEnum):
    """Statuses of a policy in ФЕРЗЛ (WSDL of ФФОМС, getInsuranceStatus)."""

    ACTIVE = "Действующий"
    SUSPENDED = "Приостановленный"
    TEMPORARY = "Временный"
    CANCELLED = "Аннулированный"
    UNCONFIRMED = "Не подтвержденный"

    @property
    def pays(self) -> bool:
        """Tell whether services under such a policy may be brought to account."""
        return self in (PolicyStatus.ACTIVE, PolicyStatus.TEMPORARY)


class ServiceKind(StrEnum):
    """What was done for the patient, by who pays for it."""

    VISIT = "visit"
    """An outpatient visit under ОМС: file H."""
    DISPENSARY = "dispensary"
    """Диспансеризация or a preventive exam under ОМС (приказ 404н): file X."""
    EXAM_29N = "exam-29n"
    """A preliminary or periodic exam (приказ 29н): the employer pays, never in a register."""


class FileKind(StrEnum):
    """What the register of the order is: file H, or DISP of a file X (НСИ V016)."""

    H = "H"
    DV4 = "ДВ4"
    DV2 = "ДВ2"
    OPV = "ОПВ"


@dataclass(frozen=True, slots=True)
class Policy:
    """What ФЕРЗЛ knows of a person's insurance."""

    kind: str
    """НСИ F008: 3 is a policy of the single pattern."""
    enp: str
    """Sixteen digits with a valid check digit."""
    smo: str
    """НСИ F002, five digits."""
    okato: str
    """Territory of insurance, five digits."""
    status: PolicyStatus
    valid_from: date
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether services of this day are paid under the policy."""
        ended = self.valid_to is not None and day > self.valid_to
        return self.status.pays and self.valid_from <= day and not ended


@dataclass(frozen=True, slots=True)
class OmsService:
    """One completed case of a patient, as the МИС has it before a register is formed."""

    id: str
    """What the order, the МИС and the checks call the service; unique in a run."""
    patient: Person
    policy: Policy | None
    """None: ФЕРЗЛ does not know the person."""
    kind: ServiceKind
    began: date
    ended: date
    diagnosis: str
    """МКБ-10 with the dot: Z00.0."""
    sum: Decimal
    """Roubles, two digits after the point."""
    code: str
    """Code of the service in the price list of the territory (CODE_USL)."""
    doctor_snils: str
    prvs: str
    """Specialty of the doctor, НСИ V021."""
    profile: str
    """Profile of care, НСИ V002."""
    result: str
    """Result of the case: НСИ V009 for a visit, V017 (health group) for диспансеризация."""
    outcome: str | None = None
    """Outcome, НСИ V012; None for диспансеризация."""
    purpose: str | None = None
    """Purpose of the visit, НСИ V025; None for диспансеризация."""

    @property
    def due(self) -> bool:
        """Tell whether the service belongs in a register: ОМС pays, and the policy was valid."""
        if self.kind is ServiceKind.EXAM_29N or self.policy is None:
            return False
        return self.policy.covers(self.ended)


@dataclass(frozen=True, slots=True)
class RegisterOrder:
    """What the МИС is asked to bring to account: one register of one month to one ТФОМС."""

    id: str
    title: str
    """Russian, for the operator."""
    okato: str
    """Code of the territory, five digits, as in the declaration."""
    mo_code: str
    """Code of the MO in the register of the territory, six digits (НСИ F032)."""
    smo: str
    """СМО of the insured persons, НСИ F002."""
    year: int
    month: int
    file_kind: FileKind
    services: tuple[OmsService, ...]

    @property
    def due(self) -> tuple[OmsService, ...]:
        """Return the services that belong in the register."""
        return tuple(service for service in self.services if service.due)

    def service(self, service_id: str) -> OmsService | None:
        """Return the service with this id."""
        return next((item for item in self.services if item.id == service_id), None)

    def with_services(self, *services: OmsService) -> RegisterOrder:
        """Return the order with other services: what a person mended in the МИС."""
        return replace(self, services=services)

    def to_json(self) -> dict[str, Any]:
        """Return the order as it travels in an action: ISO dates, sums as text."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_plain))
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RegisterOrder:
        """Return the order that `to_json` wrote; KeyError or ValueError for another shape."""
        return cls(
            **{
                **data,
                "file_kind": FileKind(data["file_kind"]),
                "services": tuple(_service(item) for item in data["services"]),
            }
        )


def person_from_json(data: Mapping[str, Any]) -> Person:
    """Return the person that `RegisterOrder.to_json` or `person_to_json` wrote."""
    return Person(
        **{
            **data,
            "birth_date": date.fromisoformat(data["birth_date"]),
            "passport_date": date.fromisoformat(data["passport_date"]),
            "address": Address(**data["address"]),
        }
    )


def person_to_json(person: Person) -> dict[str, Any]:
    """Return a person as it travels in an action."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(person), default=_plain))
    return data


def _service(data: Mapping[str, Any]) -> OmsService:
    return OmsService(
        **{
            **data,
            "patient": person_from_json(data["patient"]),
            "policy": policy_from_json(data["policy"]) if data["policy"] else None,
            "kind": ServiceKind(data["kind"]),
            "began": date.fromisoformat(data["began"]),
            "ended": date.fromisoformat(data["ended"]),
            "sum": Decimal(data["sum"]),
        }
    )


def policy_from_json(data: Mapping[str, Any]) -> Policy:
    """Return the policy that travels in a control order; KeyError, TypeError or ValueError."""
    ends = data["valid_to"]
    return Policy(
        **{
            **data,
            "status": PolicyStatus(data["status"]),
            "valid_from": date.fromisoformat(data["valid_from"]),
            "valid_to": date.fromisoformat(ends) if ends else None,
        }
    )


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    raise TypeError(f"{type(value).__name__} does not travel in a control order")
